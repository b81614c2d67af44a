package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ImageModelOptions.LoraFile;
import dev.reverie.nn.ClosedModelException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapted model draws what one draws that was loaded so, bit by bit; and one that could not be adapted, as before. */
class AdaptTest {
    private static final Path MODEL = Goldens.repository().resolve("goldens/pipeline/sd15-ip-adapter");
    private static final Path LORA = MODEL.resolve("lora-peft.safetensors");
    private static final ImageRequest REQUEST =
            ImageRequest.of("a red fox").withSize(32, 32).withSteps(1);
    private static final Image PICTURE = Image.of(4, 4, 3, new byte[48]);

    @TempDir
    Path folder;

    private static byte[] loaded(Path model, ImageModelOptions options, ImageRequest request) throws IOException {
        try (ImageModel painter = ImageModel.load(model, options)) {
            return painter.generate(request).pixels();
        }
    }

    private static byte[] loaded(ImageModelOptions options) throws IOException {
        return loaded(MODEL, options, REQUEST);
    }

    private static void assertUnlike(byte[] a, byte[] b) {
        assertFalse(Arrays.equals(a, b), "both are the same");
    }

    @Test
    void aLoraOtherScalesAndNoneAgain() throws IOException {
        byte[] published = loaded(ImageModelOptions.NONE);
        try (ImageModel painter = ImageModel.load(MODEL)) {
            painter.adapt(painter.options().withLora(LORA, 0.7));
            byte[] adapted = painter.generate(REQUEST).pixels();
            assertArrayEquals(loaded(ImageModelOptions.NONE.withLora(LORA, 0.7)), adapted);
            assertUnlike(published, adapted);
            assertEquals(List.of(new LoraFile(LORA, 0.7)), painter.options().loras());

            painter.adapt(painter.options().withLoras(List.of(new LoraFile(LORA, -2))));
            byte[] scaled = painter.generate(REQUEST).pixels();
            assertArrayEquals(loaded(ImageModelOptions.NONE.withLora(LORA, -2)), scaled);
            assertUnlike(adapted, scaled);

            painter.adapt(ImageModelOptions.NONE);
            assertArrayEquals(published, painter.generate(REQUEST).pixels());
        }
    }

    @Test
    void networksBesideTheModel() throws IOException {
        ImageModelOptions options = ImageModelOptions.NONE
                .withControlNet(MODEL.resolve("controlnet"))
                .withIpAdapter(MODEL.resolve("ip-adapter.safetensors"));
        ImageRequest request = REQUEST.withControls(List.of(ControlImage.of(PICTURE)))
                .withReferences(List.of(ReferenceImages.of(PICTURE)));
        try (ImageModel painter = ImageModel.load(MODEL)) {
            byte[] published = painter.generate(REQUEST).pixels();
            assertThrows(IllegalArgumentException.class, () -> painter.generate(request));
            painter.adapt(options.withLora(LORA, 1));
            assertArrayEquals(
                    loaded(MODEL, options.withLora(LORA, 1), request),
                    painter.generate(request).pixels());
            painter.adapt(options);
            assertArrayEquals(
                    loaded(MODEL, options, request), painter.generate(request).pixels());
            painter.adapt(options.withIpAdapters(List.of()).withControlNets(List.of()));
            assertArrayEquals(published, painter.generate(REQUEST).pixels());
            assertThrows(IllegalArgumentException.class, () -> painter.generate(request));
        }
    }

    @Test
    void learnedWords() throws IOException {
        Path word = tensors("word", "<fox>", new TorchRandom(1).randn(2, 24));
        ImageModelOptions options = ImageModelOptions.NONE.withTextualInversion(word);
        ImageRequest request = ImageRequest.of("a <fox>").withSize(32, 32).withSteps(1);
        byte[] known = loaded(MODEL, options, request);
        try (ImageModel painter = ImageModel.load(MODEL)) {
            byte[] unknown = painter.generate(request).pixels();
            assertUnlike(known, unknown);
            painter.adapt(options);
            assertArrayEquals(known, painter.generate(request).pixels());
            painter.adapt(ImageModelOptions.NONE);
            assertArrayEquals(unknown, painter.generate(request).pixels());
        }
    }

    @Test
    void anEmbeddedModel() throws IOException {
        Path emoji = Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji");
        Path lora = folder.resolve("lora.safetensors");
        new SafetensorsWriter()
                .put("lora_unet_mid_block_resnets_0_conv1.lora_down.weight", new TorchRandom(1).randn(2, 160, 3, 3))
                .put("lora_unet_mid_block_resnets_0_conv1.lora_up.weight", new TorchRandom(2).randn(160, 2, 1, 1))
                .write(lora);
        ImageModelOptions options = ImageModelOptions.NONE.withLora(lora, 1);
        byte[] with = loaded(emoji, options, REQUEST);
        try (ImageModel painter = ImageModel.load(emoji)) {
            byte[] published = painter.generate(REQUEST).pixels();
            assertUnlike(published, with);
            painter.adapt(options);
            assertArrayEquals(with, painter.generate(REQUEST).pixels());
            painter.adapt(ImageModelOptions.NONE);
            assertArrayEquals(published, painter.generate(REQUEST).pixels());
        }
    }

    /** The same path, other numbers. */
    @Test
    void aLoraThatWasTrainedOn() throws IOException {
        Path lora = folder.resolve("lora.safetensors");
        byte[] bytes = Files.readAllBytes(LORA);
        Files.write(lora, bytes);
        try (ImageModel painter = ImageModel.load(MODEL, ImageModelOptions.NONE.withLora(lora, 1))) {
            byte[] first = painter.generate(REQUEST).pixels();
            Arrays.fill(bytes, bytes.length - 64, bytes.length, (byte) 0x3F);
            Files.write(lora, bytes);
            assertArrayEquals(first, painter.generate(REQUEST).pixels(), "nothing was asked for");
            painter.adapt(painter.options());
            assertArrayEquals(
                    loaded(ImageModelOptions.NONE.withLora(lora, 1)),
                    painter.generate(REQUEST).pixels());
        }
    }

    private Path tensors(String file, String name, Tensor tensor) throws IOException {
        Path path = folder.resolve(file + ".safetensors");
        new SafetensorsWriter().put(name, tensor).write(path);
        return path;
    }

    @Test
    void case27WhatCannotBeLoadedLeavesTheModel() throws IOException {
        ImageModelOptions before = ImageModelOptions.NONE.withLora(LORA, 0.5);
        Path text = Files.writeString(folder.resolve("text.safetensors"), "no tensors here");
        byte[] half = Arrays.copyOf(Files.readAllBytes(LORA), 20_000);
        Path cut = Files.write(folder.resolve("cut.safetensors"), half);
        Path stranger = tensors("stranger", "unet.conv_in.lora_A.weight", new TorchRandom(1).randn(1, 9));
        Path wide = tensors("wide", "<w>", new TorchRandom(1).randn(1, 9));
        Path missing = folder.resolve("missing.safetensors");
        byte[] pixels = loaded(before);
        try (ImageModel painter = ImageModel.load(MODEL, before)) {
            for (ImageModelOptions wrong : List.of(
                    ImageModelOptions.NONE.withLora(text, 1),
                    ImageModelOptions.NONE.withLora(cut, 1),
                    ImageModelOptions.NONE.withLora(stranger, 1),
                    ImageModelOptions.NONE.withLora(missing, 1),
                    ImageModelOptions.NONE.withLora(LORA, 500),
                    ImageModelOptions.NONE.withTextualInversion(wide),
                    ImageModelOptions.NONE.withControlNet(missing),
                    ImageModelOptions.NONE.withControlNet(MODEL.resolve("vae")),
                    ImageModelOptions.NONE.withIpAdapter(LORA),
                    ImageModelOptions.NONE
                            .withControlNet(MODEL.resolve("controlnet"))
                            .withIpAdapter(MODEL.resolve("ip-adapter.safetensors"))
                            .withImageEncoder(MODEL.resolve("vae")))) {
                Exception fault = assertThrows(Exception.class, () -> painter.adapt(wrong), wrong::toString);
                assertTrue(fault instanceof IOException || fault instanceof IllegalArgumentException, fault.toString());
                assertEquals(before, painter.options());
                assertArrayEquals(pixels, painter.generate(REQUEST).pixels(), wrong::toString);
            }
        }
    }

    /** Two of each kind are loaded by then; with and without adapters before. */
    @ParameterizedTest
    @ValueSource(strings = {"lora", "word", "controlnet", "ip-adapter"})
    void case27AThirdFileThatIsBrokenLeavesTheModel(String kind) throws IOException {
        ImageModelOptions before = ImageModelOptions.NONE
                .withLora(LORA, 0.5)
                .withControlNet(MODEL.resolve("controlnet"))
                .withIpAdapter(MODEL.resolve("ip-adapter.safetensors"));
        ImageRequest request = REQUEST.withControls(List.of(ControlImage.of(PICTURE)))
                .withReferences(List.of(ReferenceImages.of(PICTURE)));
        ImageModelOptions wrong = ofThreeTheLastBroken(kind);
        byte[] adapted = loaded(MODEL, before, request);
        byte[] published = loaded(ImageModelOptions.NONE);
        assertUnlike(published, adapted);
        try (ImageModel painter = ImageModel.load(MODEL)) {
            assertThrows(IOException.class, () -> painter.adapt(wrong));
            assertEquals(ImageModelOptions.NONE, painter.options());
            assertArrayEquals(published, painter.generate(REQUEST).pixels());
            painter.adapt(before);
            assertThrows(IOException.class, () -> painter.adapt(wrong));
            assertEquals(before, painter.options());
            assertArrayEquals(adapted, painter.generate(request).pixels());
        }
    }

    private ImageModelOptions ofThreeTheLastBroken(String kind) throws IOException {
        Path cut = folder.resolve("cut.safetensors");
        return switch (kind) {
            case "lora" -> {
                cutShort(LORA, cut);
                yield ImageModelOptions.NONE.withLora(LORA, 1).withLora(LORA, 2).withLora(cut, 1);
            }
            case "word" -> {
                Path a = tensors("a", "<a>", new TorchRandom(1).randn(1, 24));
                Path b = tensors("b", "<b>", new TorchRandom(2).randn(1, 24));
                cutShort(a, cut);
                yield ImageModelOptions.NONE
                        .withTextualInversion(a)
                        .withTextualInversion(b)
                        .withTextualInversion(cut);
            }
            case "controlnet" -> {
                Path net = MODEL.resolve("controlnet");
                Path broken = Files.createDirectory(folder.resolve("net"));
                Files.copy(net.resolve("config.json"), broken.resolve("config.json"));
                String weights = "diffusion_pytorch_model.safetensors";
                cutShort(net.resolve(weights), broken.resolve(weights));
                yield ImageModelOptions.NONE
                        .withLora(LORA, 1)
                        .withControlNet(net)
                        .withControlNet(net)
                        .withControlNet(broken);
            }
            default -> {
                Path adapter = MODEL.resolve("ip-adapter.safetensors");
                cutShort(adapter, cut);
                yield ImageModelOptions.NONE
                        .withLora(LORA, 1)
                        .withIpAdapter(adapter)
                        .withIpAdapter(adapter)
                        .withIpAdapter(cut);
            }
        };
    }

    private static void cutShort(Path from, Path to) throws IOException {
        byte[] whole = Files.readAllBytes(from);
        Files.write(to, Arrays.copyOf(whole, whole.length - 5));
    }

    /** Its own files are checked before anything is let go. */
    @Test
    void aModelWhoseFilesAreGoneGoesOn() throws IOException {
        Path copy = copy();
        try (ImageModel painter = ImageModel.load(copy)) {
            byte[] pixels = painter.generate(REQUEST).pixels();
            Files.delete(copy.resolve("text_encoder/model.safetensors"));
            assertThrows(CheckpointException.class, () -> painter.adapt(ImageModelOptions.NONE.withLora(LORA, 1)));
            assertArrayEquals(pixels, painter.generate(REQUEST).pixels());
            painter.adapt(ImageModelOptions.NONE.withControlNet(MODEL.resolve("controlnet")));
            assertArrayEquals(pixels, painter.generate(REQUEST).pixels());
        }
    }

    @Test
    void aModelWhoseFilesWereDamagedIsClosed() throws IOException {
        Path copy = copy();
        ImageModel painter = ImageModel.load(copy);
        Path file = copy.resolve("unet/config.json");
        Files.writeString(file, Files.readString(file).replace("\"out_channels\": 4", "\"out_channels\": 5"));
        ImageModelOptions options = ImageModelOptions.NONE.withLora(LORA, 1);
        CheckpointException fault = assertThrows(CheckpointException.class, () -> painter.adapt(options));
        assertTrue(String.valueOf(fault.getMessage()).contains("conv_out"), fault::toString);
        assertThrows(ClosedModelException.class, () -> painter.generate(REQUEST));
        assertThrows(ClosedModelException.class, () -> painter.adapt(ImageModelOptions.NONE));
    }

    private Path copy() throws IOException {
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(MODEL)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(MODEL.relativize(file).toString()));
            }
        }
        return copy;
    }
}
