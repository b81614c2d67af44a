package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageModelOptions.LoraFile;
import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.Lora;
import dev.reverie.diffusion.adapter.LoraSet;
import dev.reverie.diffusion.adapter.ReferenceEncoder;
import dev.reverie.diffusion.image.ClipProcessor;
import dev.reverie.diffusion.prompt.TextualInversion;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.unet.ControlModel;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.ControlNetConfig;
import dev.reverie.diffusion.unet.T2iAdapter;
import dev.reverie.diffusion.unet.T2iAdapterConfig;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.diffusion.vae.KlConfig;
import dev.reverie.diffusion.vae.TinyConfig;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.encoder.ClipVision;
import dev.reverie.nn.encoder.ClipVisionConfig;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Residency;
import dev.reverie.tensor.io.WeightScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        LoraSet loras = loras();
        Unet unet = read(open("unet", loras), scope -> Unet.load(scope, UnetConfig.read(files.config("unet"))));
        Autoencoder autoencoder = autoencoder();
        return new StableDiffusionParts(
                new PromptEncoders(
                        promptEncoders(xl, loras), xl, xl && index.getBoolean("force_zeros_for_empty_prompt", true)),
                unet,
                autoencoder,
                SchedulerConfig.read(files.config("scheduler")),
                controlNets(),
                ipAdapters(unet),
                referenceEncoder(),
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

    private List<PromptEncoder> promptEncoders(boolean xl, LoraSet loras) throws IOException {
        List<PromptEncoder> encoders = new ArrayList<>();
        for (String suffix : List.of("", "_2")) {
            if (files.has("text_encoder" + suffix)) {
                encoders.add(promptEncoder(suffix, xl, loras));
            }
        }
        return encoders;
    }

    private PromptEncoder promptEncoder(String suffix, boolean xl, LoraSet loras) throws IOException {
        String part = "text_encoder" + suffix;
        ClipText encoder = read(
                open(part, loras), scope -> ClipText.load(scope, ClipTextConfig.read(files.config(part))), COMPUTED);
        Tokenizer tokenizer = files.tokenizer("tokenizer" + suffix);
        for (Path file : options.textualInversions()) {
            TextualInversion learned = TextualInversion.load(file);
            int width = encoder.config().width();
            tokenizer = learned.addedTo(tokenizer);
            encoder = encoder.withTokens(suffix.isEmpty() ? learned.rows(width) : learned.secondRows(width));
        }
        return new PromptEncoder(tokenizer, encoder, !xl, xl ? 1 : 0);
    }

    private LoraSet loras() throws IOException {
        LoraSet loras = LoraSet.empty();
        for (LoraFile file : options.loras()) {
            loras = loras.with(Lora.load(file.file()), file.scale());
        }
        List<String> parts = new ArrayList<>();
        for (String part : List.of("unet", "text_encoder", "text_encoder_2")) {
            if (files.has(part)) {
                parts.add(part);
            }
        }
        loras.requireParts(parts);
        return loras;
    }

    private Checkpoint open(String part, LoraSet loras) throws IOException {
        Checkpoint checkpoint = files.open(part);
        try {
            loras.patch(part, checkpoint);
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
        return checkpoint;
    }

    private List<IpAdapter> ipAdapters(Unet unet) throws IOException {
        List<IpAdapter> adapters = new ArrayList<>();
        for (Path file : options.ipAdapters()) {
            adapters.add(IpAdapter.load(file, unet.crossSites()));
        }
        return adapters;
    }

    /** Beside the model, or within it; null where no adapter asks for it. */
    private @Nullable ReferenceEncoder referenceEncoder() throws IOException {
        Path folder = options.imageEncoder();
        if (options.ipAdapters().isEmpty()) {
            return null;
        }
        if (folder == null && !files.has("image_encoder")) {
            throw new IllegalArgumentException(
                    "IP-Adapters need a CLIP image encoder, which this model does not have: name its folder beside them");
        }
        Json config = folder == null ? files.config("image_encoder") : Json.read(folder.resolve("config.json"));
        Checkpoint checkpoint = folder == null ? files.open("image_encoder") : Checkpoint.open(folder);
        ClipVision vision = read(
                checkpoint,
                scope -> ClipVision.load(scope, ClipVisionConfig.read(config)),
                "vision_model.embeddings.position_ids");
        return new ReferenceEncoder(vision, processor(folder));
    }

    private ClipProcessor processor(@Nullable Path folder) throws IOException {
        if (folder == null && files.has("feature_extractor")) {
            return ClipProcessor.read(files.config("feature_extractor"));
        }
        Path beside = folder == null ? null : folder.resolve("preprocessor_config.json");
        return beside != null && Files.exists(beside) ? ClipProcessor.read(Json.read(beside)) : ClipProcessor.STANDARD;
    }

    private List<ControlModel> controlNets() throws IOException {
        List<ControlModel> nets = new ArrayList<>();
        for (Path folder : options.controlNets()) {
            nets.add(controlModel(folder, Json.read(folder.resolve("config.json"))));
        }
        return nets;
    }

    private ControlModel controlModel(Path folder, Json json) throws IOException {
        if (json.getString("_class_name", "").equals("T2IAdapter")) {
            T2iAdapterConfig config = T2iAdapterConfig.read(json);
            return read(Checkpoint.open(folder), scope -> T2iAdapter.load(scope, config));
        }
        ControlNetConfig config = ControlNetConfig.read(json);
        return read(Checkpoint.open(folder), scope -> ControlNet.load(scope, config));
    }

    private interface Loading<T> {
        T load(WeightScope scope) throws IOException;
    }

    private <T> T read(Checkpoint checkpoint, Loading<T> loading, String... ignored) throws IOException {
        try (checkpoint) {
            weightBytes += checkpoint.float32Bytes();
            T part = loading.load(checkpoint.root(Residency.AS_STORED));
            checkpoint.finish(ignored);
            return part;
        }
    }
}
