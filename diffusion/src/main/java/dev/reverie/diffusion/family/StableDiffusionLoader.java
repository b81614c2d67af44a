package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageModelOptions.LoraFile;
import dev.reverie.diffusion.adapter.FileState;
import dev.reverie.diffusion.adapter.Lora;
import dev.reverie.diffusion.adapter.LoraSet;
import dev.reverie.diffusion.family.LoadedParts.Assembly;
import dev.reverie.diffusion.family.LoadedParts.Part;
import dev.reverie.diffusion.family.LoadedParts.Recipe;
import dev.reverie.diffusion.prompt.TextualInversion;
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
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Residency;
import java.io.IOException;
import java.nio.file.Path;
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
    private static final String UNET = "unet";
    private static final String VAE = "vae";
    private static final List<String> TEXT_ENCODERS = List.of("text_encoder", "text_encoder_2");
    /** Buffers that old files hold, and that are computed. */
    private static final String[] COMPUTED = {"text_model.embeddings.position_ids", "embeddings.position_ids"};

    /** The files of a learned word, and what they say. */
    private record Word(FileState state, TextualInversion learned) {}

    private final ModelFiles files;
    private final ImageModelOptions options;
    private final LoadedParts loaded;
    private final LoraSet loras;
    private final List<Word> words = new ArrayList<>();

    private StableDiffusionLoader(ModelFiles files, ImageModelOptions options, LoadedParts loaded, LoraSet loras) {
        this.files = files;
        this.options = options;
        this.loaded = loaded;
        this.loras = loras;
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
        LoraSet loras = LoraSet.empty();
        for (LoraFile file : options.loras()) {
            loras = loras.with(Lora.load(file.file()), file.scale());
        }
        StableDiffusionLoader loader = new StableDiffusionLoader(files, options, loaded, loras);
        for (Path file : options.textualInversions()) {
            loader.words.add(new Word(FileState.of(file), TextualInversion.load(file)));
        }
        loader.requireFit();
        if (sites != null) {
            SideNetworks.load(files, options, loaded, sites);
        }
        return loader;
    }

    /** Opens each part that is to be loaded, and looks whether LoRAs and learned words go with it. */
    private void requireFit() throws IOException {
        boolean changes = !options.loras().isEmpty() || !words.isEmpty();
        if (!changes && loaded.isEmpty()) {
            return; // nothing to hold against the files, and nothing that must not be lost: loading opens them anyway
        }
        loras.requireParts(patchedParts());
        for (String part : patchedParts()) {
            if (!loaded.has(recipe(part))) {
                open(part).close();
                if (TEXT_ENCODERS.contains(part) && !words.isEmpty()) {
                    tokenizer(part);
                    rows(part, ClipTextConfig.read(files.config(part)).width());
                }
            }
        }
    }

    private List<String> patchedParts() throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : List.of(UNET, TEXT_ENCODERS.getFirst(), TEXT_ENCODERS.getLast())) {
            if (files.has(part)) {
                parts.add(part);
            }
        }
        return parts;
    }

    private Recipe recipe(String part) {
        List<Object> changes = new ArrayList<>(loras.tracesIn(part));
        if (TEXT_ENCODERS.contains(part)) {
            words.forEach(word -> changes.add(word.state));
        }
        return new Recipe(part, changes);
    }

    /** Loads what is not loaded yet, having let go of what is not wanted any more. */
    StableDiffusionParts load() throws IOException {
        Set<Recipe> wanted = new LinkedHashSet<>(List.of(recipe(VAE)));
        for (String part : patchedParts()) {
            wanted.add(recipe(part));
        }
        loaded.letGo(wanted);
        boolean xl = files.pipelineClass().contains("XL");
        Json index = files.modelIndex();
        Denoiser denoiser = loaded.get(Denoiser.class, recipe(UNET), this::denoiser);
        Autoencoder autoencoder = loaded.get(Autoencoder.class, recipe(VAE), this::autoencoder);
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
        Checkpoint checkpoint = open(UNET);
        boolean mapped = staysInFile(checkpoint);
        Part<Unet> part = unet(checkpoint, mapped);
        Unet unet = part.value();
        Reloadable<Unet> weights = new Reloadable<>(
                unet, part.weightBytes(), () -> unet(open(UNET), mapped).value());
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
                encoders.add(loaded.get(PromptEncoder.class, recipe(part), () -> promptEncoder(part, xl)));
            }
        }
        return encoders;
    }

    private Part<PromptEncoder> promptEncoder(String part, boolean xl) throws IOException {
        Part<ClipText> text = textEncoder(part);
        Reloadable<ClipText> weights = new Reloadable<>(
                text.value(), text.weightBytes(), () -> textEncoder(part).value());
        return new Part<>(new PromptEncoder(tokenizer(part), weights, !xl, xl ? 1 : 0), text.weightBytes());
    }

    private Part<ClipText> textEncoder(String part) throws IOException {
        Part<ClipText> text = LoadedParts.read(
                open(part), scope -> ClipText.load(scope, ClipTextConfig.read(files.config(part))), COMPUTED);
        ClipText encoder = text.value();
        for (Tensor rows : rows(part, encoder.config().width())) {
            encoder = encoder.withTokens(rows);
        }
        return new Part<>(encoder, text.weightBytes());
    }

    /** That of a text encoder, with learned words. */
    private Tokenizer tokenizer(String textEncoder) throws IOException {
        Tokenizer tokenizer = files.tokenizer(textEncoder.replace("text_encoder", "tokenizer"));
        for (Word word : words) {
            tokenizer = word.learned.addedTo(tokenizer);
        }
        return tokenizer;
    }

    /** What learned words add to the table of a text encoder. */
    private List<Tensor> rows(String textEncoder, int width) {
        boolean first = textEncoder.equals(TEXT_ENCODERS.getFirst());
        return words.stream()
                .map(word -> first ? word.learned.rows(width) : word.learned.secondRows(width))
                .toList();
    }

    /** A part's tensors, with what LoRAs make of them. */
    private Checkpoint open(String part) throws IOException {
        Checkpoint checkpoint = files.open(part);
        try {
            loras.patch(part, checkpoint);
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
        return checkpoint;
    }
}
