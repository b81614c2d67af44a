package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what changes is loaded again. */
class AdaptablePartsTest {
    private static final Path MODEL = Goldens.repository().resolve("goldens/pipeline/sd15-ip-adapter");

    @TempDir
    Path folder;

    private static StableDiffusionParts of(AdaptableParts parts) {
        return parts.use(open -> open);
    }

    private static AdaptableParts load() throws IOException {
        return AdaptableParts.load(ModelFiles.open(MODEL), ImageModelOptions.NONE);
    }

    @Test
    void networksBesideLeaveTheModel() throws IOException {
        AdaptableParts parts = load();
        StableDiffusionParts before = of(parts);
        ImageModelOptions net = ImageModelOptions.NONE.withControlNet(MODEL.resolve("controlnet"));
        parts.adapt(net);
        StableDiffusionParts one = of(parts);
        assertSame(before.unet(), one.unet());
        assertSame(before.autoencoder(), one.autoencoder());
        assertSame(
                before.prompts().encoders().getFirst(), one.prompts().encoders().getFirst());
        assertNotEquals(before.weightBytes(), one.weightBytes());
        parts.adapt(net.withIpAdapter(MODEL.resolve("ip-adapter.safetensors")));
        StableDiffusionParts two = of(parts);
        assertSame(one.unet(), two.unet());
        assertSame(one.controlNets().getFirst(), two.controlNets().getFirst());
        parts.adapt(ImageModelOptions.NONE);
        assertSame(before.unet(), of(parts).unet());
        assertEquals(before.weightBytes(), of(parts).weightBytes());
    }

    @Test
    void aLoraOfTheUnetLeavesTheRest() throws IOException {
        Path lora = loraOfTheUnet();
        AdaptableParts parts = load();
        StableDiffusionParts before = of(parts);
        parts.adapt(ImageModelOptions.NONE.withLora(lora, 0));
        assertSame(before.unet(), of(parts).unet(), "a scale of 0 changes nothing");
        parts.adapt(ImageModelOptions.NONE.withLora(lora, 1));
        StableDiffusionParts after = of(parts);
        assertNotSame(before.unet(), after.unet());
        assertSame(
                before.prompts().encoders().getFirst(),
                after.prompts().encoders().getFirst());
        assertSame(before.autoencoder(), after.autoencoder());
        assertTrue(after.weightBytes() > before.weightBytes(), "what a LoRA changes is no longer float16");
    }

    @Test
    void aSingleFile() throws IOException {
        Path goldens = Goldens.repository().resolve("goldens");
        Path file = goldens.resolve("singlefile/sd21/model.safetensors");
        ModelFiles files = ModelFiles.open(file, goldens.resolve("pipeline/sd21-v"));
        ImageModelOptions options = ImageModelOptions.NONE.withLora(loraOfTheUnet(), 1);
        ImageRequest request = ImageRequest.of("a red fox").withSize(32, 32).withSteps(1);
        try (ImageModel loaded = StableDiffusion.load(files, file, options);
                ImageModel adapted = StableDiffusion.load(files, file, ImageModelOptions.NONE)) {
            byte[] published = adapted.generate(request).pixels();
            adapted.adapt(options);
            byte[] with = adapted.generate(request).pixels();
            assertArrayEquals(loaded.generate(request).pixels(), with);
            assertFalse(Arrays.equals(published, with));
            adapted.adapt(ImageModelOptions.NONE);
            assertArrayEquals(published, adapted.generate(request).pixels());
        }
    }

    private Path loraOfTheUnet() throws IOException {
        Path lora = folder.resolve("lora.safetensors");
        new SafetensorsWriter()
                .put("unet.conv_in.lora_A.weight", new TorchRandom(1).randn(1, 4, 3, 3))
                .put("unet.conv_in.lora_B.weight", new TorchRandom(2).randn(16, 1, 1, 1))
                .write(lora);
        return lora;
    }

    @Test
    void partsThatStayDoNotKeepThoseThatGo() throws IOException {
        AdaptableParts parts = load();
        WeakReference<Object> unet = new WeakReference<>(of(parts).unet());
        parts.adapt(ImageModelOptions.NONE.withLora(loraOfTheUnet(), 1));
        System.gc();
        assertEquals(null, unet.get());
    }

    @Test
    void whatIsNotWantedIsLetGo() throws Exception {
        AdaptableParts parts = load();
        WeakReference<Object> unet = new WeakReference<>(of(parts).unet());
        WeakReference<Object> vae = new WeakReference<>(of(parts).autoencoder());
        parts.adapt(ImageModelOptions.NONE.withLora(MODEL.resolve("lora-peft.safetensors"), 1));
        System.gc();
        assertEquals(null, unet.get());
        assertNotEquals(null, vae.get());
        parts.close();
        System.gc();
        assertEquals(null, vae.get());
    }
}
