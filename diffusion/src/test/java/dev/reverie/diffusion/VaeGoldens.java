package dev.reverie.diffusion;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.diffusion.vae.Gaussian;
import dev.reverie.diffusion.vae.KlConfig;
import dev.reverie.diffusion.vae.Tiling;
import dev.reverie.diffusion.vae.TinyConfig;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Cases of autoencoders. */
final class VaeGoldens {

    private VaeGoldens() {}

    @FunctionalInterface
    private interface InFrame {
        void run(Frame frame, GoldenCase golden) throws IOException;
    }

    static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "autoencoder-kl", inFrame(VaeGoldens::kl),
                "autoencoder-kl-tiled", inFrame(VaeGoldens::klTiled),
                "autoencoder-tiny", inFrame(VaeGoldens::tiny),
                "taef2", inFrame(VaeGoldens::taef2));
    }

    private static Goldens.Runner inFrame(InFrame body) {
        return golden -> {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                body.run(frame, golden);
            }
        };
    }

    private static AutoencoderKl loadKl(GoldenCase golden) throws IOException {
        try (Checkpoint weights = golden.weights()) {
            AutoencoderKl autoencoder = AutoencoderKl.load(weights.root(), KlConfig.read(golden.config()));
            weights.finish();
            return autoencoder;
        }
    }

    private static void kl(Frame frame, GoldenCase golden) throws IOException {
        AutoencoderKl autoencoder = loadKl(golden);
        Gaussian encoded = autoencoder.distribution(frame, channelsLast(golden.input("image")), null, () -> {});
        golden.compare("mean", channelsFirst(encoded.mean()));
        golden.compare("logvar", channelsFirst(encoded.logVariance()));
        Tensor latent = channelsLast(golden.input("latent"));
        golden.compare("decoded", channelsFirst(autoencoder.decodeUnscaled(frame, latent, null, () -> {})));
    }

    private static void klTiled(Frame frame, GoldenCase golden) throws IOException {
        AutoencoderKl autoencoder = loadKl(golden);
        Json json = golden.json();
        Tiling tiling = new Tiling(json.getInt("tile_latent_min_size"), json.getDouble("tile_overlap_factor"));
        Tensor image = channelsLast(golden.input("image"));
        Tensor latent = channelsLast(golden.input("latent"));
        golden.compare(
                "mean",
                channelsFirst(
                        autoencoder.distribution(frame, image, tiling, () -> {}).mean()));
        golden.compare(
                "mean_whole",
                channelsFirst(
                        autoencoder.distribution(frame, image, null, () -> {}).mean()));
        golden.compare("decoded", channelsFirst(autoencoder.decodeUnscaled(frame, latent, tiling, () -> {})));
        golden.compare("decoded_whole", channelsFirst(autoencoder.decodeUnscaled(frame, latent, null, () -> {})));
    }

    private static void tiny(Frame frame, GoldenCase golden) throws IOException {
        AutoencoderTiny autoencoder;
        try (Checkpoint weights = golden.weights()) {
            autoencoder = AutoencoderTiny.load(weights.root(), TinyConfig.read(golden.config()));
            weights.finish();
        }
        Tensor image = channelsLast(golden.input("image"));
        golden.compare("encoded", channelsFirst(autoencoder.encode(frame, image, null, null, () -> {})));
        Tensor latent = channelsLast(golden.input("latent"));
        golden.compare("decoded", channelsFirst(autoencoder.decode(frame, latent, null, () -> {})));
    }

    /** The real model; pictures of these cases are 0 to 1. */
    private static void taef2(Frame frame, GoldenCase golden) throws IOException {
        Path folder = model(golden);
        AutoencoderTiny autoencoder;
        try (Checkpoint weights = Checkpoint.of(
                Safetensors.open(folder.resolve("encoder.safetensors")),
                Safetensors.open(folder.resolve("decoder.safetensors")))) {
            TinyConfig config = TinyConfig.read(Json.read(folder.resolve("config.json")));
            autoencoder = AutoencoderTiny.load(weights.root(), config);
            weights.finish();
        }
        Tensor image = Ops.affine(frame, channelsLast(golden.input("image")), 2, -1);
        Tensor latent = autoencoder.encode(frame, image, null, null, () -> {});
        golden.compare("latent", channelsFirst(latent));
        golden.compare("packed", folded(channelsFirst(latent)));
        Tensor decoded = autoencoder.decode(frame, latent, null, () -> {});
        golden.compare("image", channelsFirst(Ops.affine(frame, decoded, 0.5f, 0.5f)));
    }

    /** The folder that the case names: relative to it, or one of that name beside the goldens or in the project. */
    private static Path model(GoldenCase golden) throws IOException {
        Path named = Path.of(golden.json().getString("model"));
        Path name = Path.of("models").resolve(named.getFileName());
        return Stream.of(
                        golden.folder().resolve(named),
                        Goldens.root().resolveSibling(name),
                        Goldens.repository().resolve(name))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the model of the case is not there: " + named));
    }

    /** {@code [N, C, h, w] -> [N, 4 C, h / 2, w / 2]}, as the transformer of FLUX.2 wants it. */
    private static Tensor folded(Tensor x) {
        int channels = x.dim(1);
        int height = x.dim(2) / 2;
        int width = x.dim(3) / 2;
        Tensor y = Tensor.zeros(Shape.of(x.dim(0), 4 * channels, height, width));
        for (int i = 0; i < x.elementCount(); i++) {
            int column = i % (2 * width);
            int row = i / (2 * width) % (2 * height);
            int map = i / (4 * width * height);
            int to = (map * 4 + row % 2 * 2 + column % 2) * height + row / 2;
            y.data()[to * width + column / 2] = x.get(i);
        }
        return y;
    }
}
