package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.prompt.TextualInversion;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.ControlNetConfig;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.diffusion.vae.KlConfig;
import dev.reverie.diffusion.vae.TinyConfig;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.WeightScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts a Stable Diffusion together from its files: names, numbers and assembly. */
final class StableDiffusionLoader {
    private static final double USUAL_GUIDANCE = 7.5;
    private static final double USUAL_GUIDANCE_XL = 5;
    private static final int USUAL_SAMPLE_SIZE = 64;
    /** Buffers that old files hold, and that are computed. */
    private static final String[] COMPUTED = {"text_model.embeddings.position_ids", "embeddings.position_ids"};

    private final ModelFiles files;
    private final ImageModelOptions options;
    private long weightBytes;

    StableDiffusionLoader(ModelFiles files, ImageModelOptions options) {
        this.files = files;
        this.options = options;
    }

    StableDiffusionParts load() throws IOException {
        boolean xl = files.pipelineClass().contains("XL");
        Json index = files.modelIndex();
        Unet unet = read(files.open("unet"), scope -> Unet.load(scope, UnetConfig.read(files.config("unet"))));
        Autoencoder autoencoder = autoencoder();
        return new StableDiffusionParts(
                new PromptEncoders(
                        promptEncoders(xl), xl, xl && index.getBoolean("force_zeros_for_empty_prompt", true)),
                unet,
                autoencoder,
                SchedulerConfig.read(files.config("scheduler")),
                controlNets(),
                files.config("unet").getInt("sample_size", USUAL_SAMPLE_SIZE) * autoencoder.spatialFactor(),
                xl ? USUAL_GUIDANCE_XL : USUAL_GUIDANCE,
                xl && index.getBoolean("requires_aesthetics_score", false),
                weightBytes);
    }

    private Autoencoder autoencoder() throws IOException {
        Json config = files.config("vae");
        boolean tiny = files.className("vae").equals("AutoencoderTiny");
        return read(
                files.open("vae"),
                scope -> tiny
                        ? AutoencoderTiny.load(scope, TinyConfig.read(config))
                        : AutoencoderKl.load(scope, KlConfig.read(config)));
    }

    private List<PromptEncoder> promptEncoders(boolean xl) throws IOException {
        List<PromptEncoder> encoders = new ArrayList<>();
        for (String suffix : List.of("", "_2")) {
            if (files.has("text_encoder" + suffix)) {
                encoders.add(promptEncoder(suffix, xl));
            }
        }
        return encoders;
    }

    private PromptEncoder promptEncoder(String suffix, boolean xl) throws IOException {
        String part = "text_encoder" + suffix;
        ClipText encoder = read(
                files.open(part), scope -> ClipText.load(scope, ClipTextConfig.read(files.config(part))), COMPUTED);
        Tokenizer tokenizer = files.tokenizer("tokenizer" + suffix);
        for (Path file : options.textualInversions()) {
            TextualInversion learned = TextualInversion.load(file);
            int width = encoder.config().width();
            tokenizer = learned.addedTo(tokenizer);
            encoder = encoder.withTokens(suffix.isEmpty() ? learned.rows(width) : learned.secondRows(width));
        }
        return new PromptEncoder(tokenizer, encoder, !xl, xl ? 1 : 0);
    }

    private List<ControlNet> controlNets() throws IOException {
        List<ControlNet> nets = new ArrayList<>();
        for (Path folder : options.controlNets()) {
            ControlNetConfig config = ControlNetConfig.read(Json.read(folder.resolve("config.json")));
            nets.add(read(Checkpoint.open(folder), scope -> ControlNet.load(scope, config)));
        }
        return nets;
    }

    private interface Loading<T> {
        T load(WeightScope scope) throws IOException;
    }

    private <T> T read(Checkpoint checkpoint, Loading<T> loading, String... ignored) throws IOException {
        try (checkpoint) {
            weightBytes += checkpoint.float32Bytes();
            T part = loading.load(checkpoint.root());
            checkpoint.finish(ignored);
            return part;
        }
    }
}
