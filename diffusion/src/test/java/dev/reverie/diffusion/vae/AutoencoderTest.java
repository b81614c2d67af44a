package dev.reverie.diffusion.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AutoencoderTest {

    private static AutoencoderKl kl(LatentScale scale) throws IOException {
        Path folder = Goldens.repository().resolve("goldens/vae/kl-sd");
        KlConfig read = KlConfig.read(Json.read(folder.resolve("config.json")));
        KlConfig config = new KlConfig(
                read.imageChannels(),
                read.latentChannels(),
                read.channels(),
                read.layers(),
                read.normGroups(),
                read.quantConv(),
                read.postQuantConv(),
                read.middleAttention(),
                read.tileSize(),
                scale);
        try (Checkpoint weights = Checkpoint.open(folder.resolve("model.safetensors"))) {
            AutoencoderKl autoencoder = AutoencoderKl.load(weights.root(), config);
            weights.finish();
            return autoencoder;
        }
    }

    private static AutoencoderTiny tiny() throws IOException {
        Path folder = Goldens.repository().resolve("goldens/vae/taesd");
        try (Checkpoint weights = Checkpoint.open(folder.resolve("model.safetensors"))) {
            TinyConfig config = TinyConfig.read(Json.read(folder.resolve("config.json")));
            AutoencoderTiny autoencoder = AutoencoderTiny.load(weights.root(), config);
            weights.finish();
            return autoencoder;
        }
    }

    private static LatentScale scale(double factor) {
        return new LatentScale(factor, List.of(), List.of());
    }

    private static Tensor normal(long seed, int... sizes) {
        return new TorchRandom(seed).randn(sizes);
    }

    /** A picture of 10 x 13 has latents of 2 x 3 here, whole or in tiles. */
    @ParameterizedTest
    @CsvSource({"10, 13", "16, 32", "47, 33", "4, 4"})
    void sizesNeedNotDivide(int height, int width) throws IOException {
        AutoencoderKl autoencoder = kl(scale(0.18215));
        Tensor image = normal(1, 1, height, width, 3);
        for (Tiling tiling : new Tiling[] {null, new Tiling(4, 0.25), new Tiling(3, 0)}) {
            try (Workspace workspace = Workspace.create();
                    Workspace plan = Workspace.measuring();
                    Frame frame = workspace.frame();
                    Frame planFrame = plan.frame()) {
                Tensor latents = autoencoder.encode(frame, image, null, tiling, () -> {});
                Tensor planned = autoencoder.encode(planFrame, image, null, tiling, () -> {});
                assertEquals(Shape.of(1, height / 4, width / 4, 4), latents.shape());
                assertEquals(latents.shape(), planned.shape());
                Tensor decoded = autoencoder.decode(frame, latents, tiling, () -> {});
                autoencoder.decode(planFrame, planned, tiling, () -> {});
                assertEquals(Shape.of(1, height / 4 * 4, width / 4 * 4, 3), decoded.shape());
                assertEquals(plan.peakBytes(), workspace.peakBytes());
            }
        }
    }

    @Test
    void tilesOfTheTinyOneFitTogether() throws IOException {
        AutoencoderTiny autoencoder = tiny();
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor latents = normal(1, 1, 9, 14, 4);
            Tiling tiling = new Tiling(8, 0.25);
            Tensor whole = autoencoder.decode(frame, latents, null, () -> {});
            Tensor tiled = autoencoder.decode(frame, latents, tiling, () -> {});
            assertEquals(whole.shape(), tiled.shape());
            assertEquals(whole.get(0), tiled.get(0), 1e-3f); // far from every seam
            Tensor image = normal(2, 1, 70, 91, 3);
            assertEquals(
                    autoencoder.encode(frame, image, null, null, () -> {}).shape(),
                    autoencoder.encode(frame, image, null, tiling, () -> {}).shape());
        }
    }

    /** A ring of tiles has no seam where it closes, and is planned to the byte. */
    @ParameterizedTest
    @EnumSource
    void tilesOfARingCloseIt(Wrap wrap) throws IOException {
        AutoencoderTiny autoencoder = tiny();
        Tensor latents = normal(1, 1, 16, 22, 4);
        try (Workspace workspace = Workspace.create();
                Workspace plan = Workspace.measuring();
                Frame frame = workspace.frame(wrap);
                Frame planFrame = plan.frame(wrap)) {
            Tiling tiling = new Tiling(12, 0.5);
            Tensor tiled = autoencoder.decode(frame, latents, tiling, () -> {});
            autoencoder.decode(planFrame, Tensor.measured(latents.shape()), tiling, () -> {});
            assertEquals(plan.peakBytes(), workspace.peakBytes());
            Tensor whole = autoencoder.decode(frame, latents, null, () -> {});
            try (Frame open = frame.frame(Wrap.NONE)) {
                Tensor edged = autoencoder.decode(open, latents, null, () -> {});
                for (boolean columns : new boolean[] {true, false}) {
                    boolean ring = columns ? wrap.x() : wrap.y();
                    double most = ring ? apart(edged, whole, columns) / 3 : 0.02;
                    assertTrue(apart(tiled, whole, columns) < most, wrap + ": " + apart(tiled, whole, columns));
                }
            }
        }
    }

    /** Mean distance of two pictures along the left and right edge, or the top and bottom one. */
    private static double apart(Tensor a, Tensor b, boolean columns) {
        int height = a.dim(1);
        int width = a.dim(2);
        double sum = 0;
        int count = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean edge = columns ? x == 0 || x == width - 1 : y == 0 || y == height - 1;
                for (int c = 0; edge && c < 3; c++, count++) {
                    int at = (y * width + x) * 3 + c;
                    sum += Math.abs(a.get(at) - b.get(at));
                }
            }
        }
        return sum / count;
    }

    /** Encoding scales the mode and decoding undoes it, whichever way the file describes the scale. */
    @Test
    void latentsComeInTheScaleOfTheModel() throws IOException {
        List<Double> means = List.of(0.5, -1.0, 2.0, 0.0);
        List<Double> deviations = List.of(2.0, 0.5, 1.0, 4.0);
        AutoencoderKl autoencoder = kl(new LatentScale(0.5, means, deviations));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor image = normal(3, 1, 8, 8, 3);
            Tensor mode = autoencoder.distribution(frame, image, null, () -> {}).mean();
            Tensor latents = autoencoder.encode(frame, image, null, null, () -> {});
            for (int i = 0; i < mode.elementCount(); i++) {
                double want = (mode.get(i) - means.get(i % 4)) * 0.5 / deviations.get(i % 4);
                assertEquals(want, latents.get(i), 1e-5);
            }
            assertArrayEquals(
                    autoencoder.decodeUnscaled(frame, mode, null, () -> {}).toArray(),
                    autoencoder.decode(frame, latents, null, () -> {}).toArray(),
                    1e-4f);
        }
    }

    @Test
    void noiseMakesASample() throws IOException {
        AutoencoderKl autoencoder = kl(scale(1));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor image = normal(3, 1, 8, 8, 3);
            Tensor noise = normal(4, 1, 2, 2, 4);
            Gaussian encoded = autoencoder.distribution(frame, image, null, () -> {});
            Tensor sample = autoencoder.encode(frame, image, noise, null, () -> {});
            for (int i = 0; i < noise.elementCount(); i++) {
                double deviation = Math.exp(encoded.logVariance().get(i) / 2);
                assertEquals(encoded.mean().get(i) + deviation * noise.get(i), sample.get(i), 1e-5);
            }
            assertThrows(
                    ShapeException.class,
                    () -> autoencoder.encode(frame, image, normal(4, 1, 2, 3, 4), null, () -> {}));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        AutoencoderKl autoencoder = kl(scale(1));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            assertThrows(ShapeException.class, () -> autoencoder.decode(frame, normal(1, 1, 4, 4, 5), null, () -> {}));
            assertThrows(
                    ShapeException.class, () -> autoencoder.encode(frame, normal(1, 1, 3, 8, 3), null, null, () -> {}));
            assertThrows(IllegalArgumentException.class, () -> new Tiling(1, 0.25));
            assertThrows(IllegalArgumentException.class, () -> new Tiling(8, 0.75));
            Runnable stop = () -> {
                throw new CancellationException();
            };
            assertThrows(
                    CancellationException.class, () -> autoencoder.decode(frame, normal(1, 1, 4, 4, 4), null, stop));
        }
    }

    /** 512 x 512 pixels of the published size, without its weights. */
    @Test
    void aDecodingNeedsAboutAGigabyte() {
        KlConfig config = new KlConfig(3, 4, List.of(128, 256, 512, 512), 2, 32, true, true, true, 512, scale(0.18215));
        AutoencoderKl autoencoder = AutoencoderKl.load(WeightScope.measuring(), config);
        try (Workspace plan = Workspace.measuring();
                Frame frame = plan.frame()) {
            autoencoder.decode(frame, Tensor.measured(Shape.of(1, 64, 64, 4)), null, () -> {});
            assertTrue(plan.peakBytes() < 1_050_000_000, "takes " + plan.peakBytes());
        }
    }
}
