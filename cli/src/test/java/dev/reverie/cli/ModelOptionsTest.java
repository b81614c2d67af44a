package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command draws with networks beside a model what a program draws with them. */
class ModelOptionsTest {
    private static final Path PIPELINES = pipelines();

    @TempDir
    Path folder;

    private static Path pipelines() {
        String named = System.getProperty("project.root", "");
        Path root = named.isEmpty() ? Path.of("..").toAbsolutePath().normalize() : Path.of(named);
        return root.resolve("goldens/pipeline");
    }

    private Image drawn(String... options) throws Exception {
        List<String> args =
                new ArrayList<>(List.of("imagine", "--steps", "3", "--size", "32x32", "--seed", "7", "-o", "p.png"));
        args.addAll(List.of(options));
        args.add("a red fox");
        Forked.Result result = Forked.onClassPath(folder).run(args.toArray(String[]::new));
        assertEquals(0, result.code(), result.err());
        return Image.read(folder.resolve("p.png"));
    }

    private static ImageRequest request() {
        return ImageRequest.of("a red fox").withSteps(3).withSize(32, 32).withSeed(7);
    }

    private Path picture(String name, int value) throws IOException {
        byte[] pixels = new byte[16 * 16 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * value);
        }
        Path file = folder.resolve(name);
        Image.of(16, 16, 3, pixels).writePng(file);
        return file;
    }

    /** Two adapters, one with two references, and a name with a colon and an equals sign in it. */
    @Test
    void adaptersWithTheirReferences() throws Exception {
        Path model = PIPELINES.resolve("sd15-ip-adapter");
        Path adapter = model.resolve("ip-adapter.safetensors");
        Path net = copy(model.resolve("controlnet"), folder.resolve("net=one"));
        Path lora = model.resolve("lora-peft.safetensors");
        Path a = picture("a:1.png", 3);
        Path b = picture("b=2.png", 5);
        Image drawn = drawn(
                "-m",
                model.toString(),
                "--lora",
                lora + ":0.5",
                "--control",
                "net=one=b=2.png:0.7",
                "--ip-adapter",
                adapter.toString(),
                "--reference",
                a.toString(),
                "--reference",
                "b=2.png",
                "--reference-scale",
                "0.6",
                "--ip-adapter",
                adapter.toString(),
                "--reference",
                "a:1.png",
                "--reference-mask",
                b.toString());
        Map<String, String> settings =
                Objects.requireNonNull(drawn.parameters()).settings();
        assertEquals("Model: lora-peft.safetensors, Weight: 0.5", settings.get("Lora 0"));
        assertEquals("Model: net=one, Weight: 0.7, Guidance Start: 0, Guidance End: 1", settings.get("ControlNet 0"));
        assertEquals("Model: ip-adapter.safetensors, Weight: 0.6, Pictures: 2", settings.get("IP-Adapter 0"));
        assertEquals("Model: ip-adapter.safetensors, Weight: 1, Pictures: 1, Mask: True", settings.get("IP-Adapter 1"));
        ImageModelOptions options = ImageModelOptions.NONE
                .withLora(lora, 0.5)
                .withControlNet(net)
                .withIpAdapter(adapter)
                .withIpAdapter(adapter);
        ImageRequest request = request()
                .withControls(List.of(ControlImage.of(Image.read(b)).withScale(0.7)))
                .withReferences(List.of(
                        ReferenceImages.of(Image.read(a), Image.read(b)).withScale(0.6),
                        ReferenceImages.of(Image.read(a)).withMask(Image.read(b))));
        try (ImageModel painter = ImageModel.load(model, options)) {
            assertArrayEquals(painter.generate(request).pixels(), drawn.pixels());
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
            }
        }
        return to;
    }

    /** Each setting belongs to the network before it. */
    @Test
    void controlsWithTheirSteps() throws Exception {
        Path model = PIPELINES.resolve("sd15-ip-adapter");
        Path net = model.resolve("controlnet");
        Path a = picture("a.png", 3);
        Path b = picture("b.png", 5);
        String first = net + "=" + a + ":0.7";
        String second = net + "=" + b;
        Image drawn = drawn(
                "-m",
                model.toString(),
                "--control",
                first,
                "--control-end",
                "0.5",
                "--control",
                second,
                "--control-start",
                "0.3",
                "--control-guess");
        ControlImage early = ControlImage.of(Image.read(a)).withScale(0.7).withSteps(0, 0.5);
        ControlImage late = ControlImage.of(Image.read(b)).withSteps(0.3, 1).withGuessMode(true);
        ImageModelOptions options = ImageModelOptions.NONE.withControlNet(net).withControlNet(net);
        try (ImageModel painter = ImageModel.load(model, options)) {
            ImageRequest request = request().withControls(List.of(early, late));
            assertArrayEquals(painter.generate(request).pixels(), drawn.pixels());
            for (ControlImage other : List.of(late.withSteps(0, 1), late.withGuessMode(false))) {
                ImageRequest another = request.withControls(List.of(early, other));
                assertFalse(Arrays.equals(painter.generate(another).pixels(), drawn.pixels()));
            }
        }
        Forked.Result wrong = Forked.onClassPath(folder)
                .run("imagine", "-m", model.toString(), "--control", second, "--control-start", "1", "sun");
        assertEquals(2, wrong.code(), wrong.err());
        assertTrue(wrong.err().contains("control from 1.0 to 1.0 of the steps"), wrong.err());
    }

    @Test
    void aControlNetOfAnotherModel() throws Exception {
        String net = PIPELINES.resolve("sd15-ip-adapter/controlnet") + "=" + picture("a.png", 3);
        String model = PIPELINES.resolve("sdxl-edit").toString();
        Forked.Result result = Forked.onClassPath(folder).run("imagine", "-m", model, "--control", net, "sun");
        assertEquals(2, result.code(), result.err());
        assertTrue(result.err().contains("the ControlNet was made for another model"), result.err());
    }

    @Test
    void aRefiner() throws Exception {
        Path base = PIPELINES.resolve("sdxl-edit");
        Path refiner = PIPELINES.resolve("sdxl-refiner");
        Image drawn = drawn("-m", base.toString(), "--refiner", refiner.toString(), "--hand-over", "0.5");
        try (ImageModel painter = ImageModel.load(base).withRefiner(ImageModel.load(refiner), 0.5)) {
            assertArrayEquals(painter.generate(request()).pixels(), drawn.pixels());
        }
        Forked.Result plan = Forked.onClassPath(folder)
                .run("imagine", "--plan", "-m", base.toString(), "--refiner", refiner.toString(), "x");
        assertTrue(plan.out().contains("refiner denoise"), plan.out());
    }

    @ParameterizedTest
    @CsvSource({
        "style.safetensors, style.safetensors, 1",
        "style.safetensors:0.7, style.safetensors, 0.7",
        "style:-2, style, -2",
        "C:/style.safetensors, C:/style.safetensors, 1",
        "a:b:0.5, a:b, 0.5",
        "a:5:1, a:5, 1",
        "a:.5, a:.5, 1",
    })
    void scalesStandBehindTheLastColon(String text, String path, double scale) {
        assertEquals(new ScaledFile(Path.of(path), scale), ScaledFile.parse(text));
    }
}
