package dev.reverie.bench;

import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.KlConfig;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Residency;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.tts.kokoro.KokoroPass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes calls of whole networks. The last one loaded stays, since requests of one network follow each other. */
final class Networks {
    private static final int TEXT_LENGTH = 77;

    private @Nullable String loadedName;
    private @Nullable Object loaded;

    /** Reads a network from a folder. */
    @FunctionalInterface
    private interface Loader<T> {
        T load(Path folder) throws IOException;
    }

    /** A network of a folder's {@code config.json} and weights. */
    @FunctionalInterface
    private interface Assembly<T> {
        T of(WeightScope scope, Json config) throws IOException;
    }

    /** A call, or null for a network that the library does not have. */
    @Nullable
    Call prepare(Workload w) throws IOException {
        return switch (w.operation()) {
            case "kokoro" -> kokoro(w);
            case "clip_text" -> clipText(w);
            case "unet" -> unet(w);
            case "vae_decode" -> decode(w);
            case "picture" -> picture(w);
            default -> null;
        };
    }

    private Call kokoro(Workload w) throws IOException {
        KokoroPass network = network(w, KokoroPass.class, KokoroPass::load);
        KokoroPass.Input input = KokoroPass.Input.read(Path.of(w.text("golden")));
        return frame -> network.run(frame, input);
    }

    /** All layers and the last norm, of one text. */
    private Call clipText(Workload w) throws IOException {
        ClipText encoder =
                assembled(w, ClipText.class, (scope, json) -> ClipText.load(scope, ClipTextConfig.read(json)));
        int[][] ids = {
            new Random(0)
                    .ints(encoder.config().positions(), 0, encoder.config().vocabulary())
                    .toArray()
        };
        return frame -> encoder.last(frame, encoder.hidden(frame, ids, 0), 0);
    }

    /** Both halves of guidance in one batch; text states are projected once a run, before the steps. */
    private Call unet(Workload w) throws IOException {
        Unet unet = assembled(w, Unet.class, (scope, json) -> Unet.load(scope, UnetConfig.read(json)));
        int batch = w.size("batch", 2);
        int contextWidth = unet.config().encoder().stages().stream()
                .mapToInt(stage -> stage.contextWidth())
                .max()
                .orElse(0);
        Tensor sample = Inputs.normal(
                batch, w.size("h"), w.size("w"), unet.config().encoder().inChannels());
        Tensor text = Inputs.normal(batch, TEXT_LENGTH, contextWidth);
        Tensor timesteps = Tensor.zeros(Shape.of(batch));
        Arrays.fill(timesteps.data(), 500);
        Conditions added = unet.config().encoder().time().sizes() == null
                ? Conditions.none()
                : Conditions.none().withPooledText(Inputs.normal(batch, 1280), Inputs.normal(batch, 6));
        return frame -> {
            Conditions conditions = added.withContext(unet.context(frame, text));
            unet.apply(frame, sample, timesteps, conditions, null, () -> {});
        };
    }

    private Call decode(Workload w) throws IOException {
        AutoencoderKl autoencoder =
                assembled(w, AutoencoderKl.class, (scope, json) -> AutoencoderKl.load(scope, KlConfig.read(json)));
        Tensor latents = Inputs.normal(1, w.size("h"), w.size("w"), autoencoder.latentChannels());
        return frame -> autoencoder.decode(frame, latents, null, () -> {});
    }

    /** From the prompt, one word, to pixels, as a service draws them. */
    private Call picture(Workload w) throws IOException {
        ImageModel model = network(w, ImageModel.class, ImageModel::load);
        ImageRequest request =
                ImageRequest.of(w.text("prompt")).withSteps(w.size("steps")).withGuidanceScale(w.size("guidance"));
        ImageRequest sized = w.size("width", 0) == 0 ? request : request.withSize(w.size("width"), w.size("height"));
        return frame -> model.generate(sized);
    }

    /** Weights as pipelines hold them, or with {@code weights=f32} as float32. */
    private <T> T assembled(Workload w, Class<T> kind, Assembly<T> assembly) throws IOException {
        boolean asFloats = "f32".equals(w.sizes().get("weights"));
        Residency residency = asFloats ? Residency.FLOAT32 : Residency.AS_STORED;
        return network(w, kind, folder -> read(folder, residency, assembly));
    }

    private <T> T network(Workload w, Class<T> kind, Loader<T> loader) throws IOException {
        String name = w.text("dir") + " " + w.sizes().get("weights");
        if (!name.equals(loadedName) || !kind.isInstance(loaded)) {
            loaded = null; // two networks need not fit
            loaded = loader.load(Path.of(w.text("dir")));
            loadedName = name;
        }
        return kind.cast(loaded);
    }

    private static <T> T read(Path folder, Residency residency, Assembly<T> assembly) throws IOException {
        try (Checkpoint weights = Checkpoint.open(folder)) {
            T network = assembly.of(weights.root(residency), Json.read(folder.resolve("config.json")));
            weights.finish();
            return network;
        }
    }
}
