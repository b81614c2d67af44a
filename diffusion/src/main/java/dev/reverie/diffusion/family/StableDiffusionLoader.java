package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.family.LoadedParts.Assembly;
import dev.reverie.diffusion.family.LoadedParts.Part;
import dev.reverie.diffusion.family.LoadedParts.Recipe;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.diffusion.vae.KlConfig;
import dev.reverie.diffusion.vae.TinyConfig;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Residency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a Stable Diffusion together from its files: names, numbers and assembly. In two halves: {@link #prepare} reads
 * and checks what stands beside the model and lets go of nothing, {@link #load} makes the model's own parts.
 */
final class StableDiffusionLoader {
    private static final double USUAL_GUIDANCE = 7.5;
    private static final double USUAL_GUIDANCE_XL = 5;
    private static final int USUAL_SAMPLE_SIZE = 64;
    private static final String UNET = AdaptedFiles.UNET;
    private static final String VAE = "vae";
    private static final List<String> TEXT_ENCODERS = AdaptedFiles.TEXT_ENCODERS;
    /** Buffers that old files hold, and that are computed. */
    private static final String[] COMPUTED = {"text_model.embeddings.position_ids", "embeddings.position_ids"};

    private final ModelFiles files;
    private final AdaptedFiles adapted;
    private final ImageModelOptions options;
    private final LoadedParts loaded;

    private StableDiffusionLoader(
            ModelFiles files, AdaptedFiles adapted, ImageModelOptions options, LoadedParts loaded) {
        this.files = files;
        this.adapted = adapted;
        this.options = options;
        this.loaded = loaded;
    }

    /**
     * Reads all adapters and holds them against the model's files.
     *
     * @param loaded takes over what is loaded, and gets what is not
     * @param sites cross attentions of the U-Net, if it is loaded: networks beside it are loaded now then; or null
     */
    static StableDiffusionLoader prepare(
            ModelFiles files, ImageModelOptions options, LoadedParts loaded, @Nullable List<CrossContext.Site> sites)
            throws IOException {
        AdaptedFiles adapted = AdaptedFiles.read(files, options);
        adapted.requireFit(loaded);
        if (sites != null) {
            SideNetworks.load(files, options, loaded, sites);
        }
        return new StableDiffusionLoader(files, adapted, options, loaded);
    }

    /** Loads what is not loaded yet, having let go of what is not wanted any more. */
    StableDiffusionParts load() throws IOException {
        Set<Recipe> wanted = new LinkedHashSet<>(List.of(adapted.recipe(VAE)));
        for (String part : adapted.parts()) {
            wanted.add(adapted.recipe(part));
        }
        loaded.letGo(wanted);
        boolean xl = files.pipelineClass().contains("XL");
        Json index = files.modelIndex();
        Denoiser denoiser = loaded.get(Denoiser.class, adapted.recipe(UNET), this::denoiser);
        Autoencoder autoencoder = loaded.get(Autoencoder.class, adapted.recipe(VAE), this::autoencoder);
        List<PromptEncoder> encoders = promptEncoders(xl);
        SideNetworks beside = SideNetworks.load(files, options, loaded, denoiser.crossSites());
        return new StableDiffusionParts(
                new PromptEncoders(encoders, xl, xl && index.getBoolean("force_zeros_for_empty_prompt", true)),
                denoiser,
                autoencoder,
                SchedulerConfig.read(files.config("scheduler")),
                beside.controlNets(),
                beside.ipAdapters(),
                beside.referenceEncoder(),
                files.config(UNET).getInt("sample_size", USUAL_SAMPLE_SIZE) * autoencoder.spatialFactor(),
                xl ? USUAL_GUIDANCE_XL : USUAL_GUIDANCE,
                xl && index.getBoolean("requires_aesthetics_score", false),
                loaded.weightBytes());
    }

    private Part<Denoiser> denoiser() throws IOException {
        Checkpoint checkpoint = adapted.open(UNET);
        boolean mapped = staysInFile(checkpoint);
        Part<Unet> part = unet(checkpoint, mapped);
        Unet unet = part.value();
        Reloadable<Unet> weights = new Reloadable<>(
                unet, part.weightBytes(), () -> unet(adapted.open(UNET), mapped).value());
        return new Part<>(new Denoiser(unet.config(), unet.crossSites(), weights), part.weightBytes(), part.files());
    }

    private Part<Unet> unet(Checkpoint checkpoint, boolean mapped) throws IOException {
        Assembly<Unet> assembly = scope -> Unet.load(scope, UnetConfig.read(files.config(UNET)));
        return mapped ? LoadedParts.map(checkpoint, assembly) : LoadedParts.read(checkpoint, assembly);
    }

    /**
     * Where the heap would not hold it, with a quarter for other parts and working memory; or where memory is spared, but
     * numbers of 16 bits: they take half already, and widening them at each use takes longer.
     */
    private boolean staysInFile(Checkpoint unet) {
        long held = unet.bytes(Residency.AS_STORED);
        boolean isFloat32 = held == unet.float32Bytes();
        return (options.sparesMemory() && isFloat32) || !HeapBudget.holds(held + held / 4);
    }

    private Part<Autoencoder> autoencoder() throws IOException {
        Json config = files.config(VAE);
        boolean tiny = files.className(VAE).equals("AutoencoderTiny");
        return LoadedParts.read(
                files.open(VAE),
                scope -> tiny
                        ? AutoencoderTiny.load(scope, TinyConfig.read(config))
                        : AutoencoderKl.load(scope, KlConfig.read(config)));
    }

    private List<PromptEncoder> promptEncoders(boolean xl) throws IOException {
        List<PromptEncoder> encoders = new ArrayList<>();
        for (String part : TEXT_ENCODERS) {
            if (files.has(part)) {
                encoders.add(loaded.get(PromptEncoder.class, adapted.recipe(part), () -> promptEncoder(part, xl)));
            }
        }
        return encoders;
    }

    private Part<PromptEncoder> promptEncoder(String part, boolean xl) throws IOException {
        Part<ClipText> text = textEncoder(part);
        Reloadable<ClipText> weights = new Reloadable<>(
                text.value(), text.weightBytes(), () -> textEncoder(part).value());
        return new Part<>(new PromptEncoder(adapted.tokenizer(part), weights, !xl, xl ? 1 : 0), text.weightBytes());
    }

    private Part<ClipText> textEncoder(String part) throws IOException {
        Part<ClipText> text = LoadedParts.read(
                adapted.open(part), scope -> ClipText.load(scope, ClipTextConfig.read(files.config(part))), COMPUTED);
        ClipText encoder = text.value();
        for (Tensor rows : adapted.rows(part, encoder.config().width())) {
            encoder = encoder.withTokens(rows);
        }
        return new Part<>(encoder, text.weightBytes());
    }
}
