package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.adapter.FileState;
import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.ReferenceEncoder;
import dev.reverie.diffusion.family.LoadedParts.Part;
import dev.reverie.diffusion.family.LoadedParts.Recipe;
import dev.reverie.diffusion.image.ClipProcessor;
import dev.reverie.diffusion.unet.ControlModel;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.ControlNetConfig;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.T2iAdapter;
import dev.reverie.diffusion.unet.T2iAdapterConfig;
import dev.reverie.nn.encoder.ClipVision;
import dev.reverie.nn.encoder.ClipVisionConfig;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Networks that stand beside a U-Net and leave it as it is.
 *
 * @param referenceEncoder null where no IP-Adapter asks for it
 */
record SideNetworks(
        List<ControlWeights> controlNets,
        List<IpAdapter> ipAdapters,
        @Nullable ReferenceEncoder referenceEncoder) {

    /**
     * Loads what {@code options} name.
     *
     * @param sites the U-Net's cross attentions
     */
    static SideNetworks load(
            ModelFiles files, ImageModelOptions options, LoadedParts loaded, List<CrossContext.Site> sites)
            throws IOException {
        List<ControlWeights> nets = new ArrayList<>();
        for (Path folder : options.controlNets()) {
            Recipe recipe = new Recipe("controlnet", List.of(FileState.of(folder)));
            nets.add(loaded.get(ControlWeights.class, recipe, () -> controlWeights(folder)));
        }
        List<IpAdapter> adapters = new ArrayList<>();
        for (Path file : options.ipAdapters()) {
            Recipe recipe = new Recipe("ip_adapter", List.of(FileState.of(file)));
            adapters.add(loaded.get(IpAdapter.class, recipe, () -> new Part<>(IpAdapter.load(file, sites), 0)));
        }
        return new SideNetworks(nets, adapters, adapters.isEmpty() ? null : encoder(files, options, loaded));
    }

    private static Part<ControlWeights> controlWeights(Path folder) throws IOException {
        Part<ControlModel> net = controlModel(folder);
        Reloadable<ControlModel> weights = new Reloadable<>(
                net.value(), net.weightBytes(), () -> controlModel(folder).value());
        return new Part<>(new ControlWeights(weights), net.weightBytes());
    }

    private static Part<ControlModel> controlModel(Path folder) throws IOException {
        Json config = Json.read(folder.resolve("config.json"));
        boolean adapter = config.getString("_class_name", "").equals("T2IAdapter");
        return LoadedParts.read(
                Checkpoint.open(folder),
                scope -> adapter
                        ? T2iAdapter.load(scope, T2iAdapterConfig.read(config))
                        : ControlNet.load(scope, ControlNetConfig.read(config)));
    }

    /** Beside the model, or within it. */
    private static ReferenceEncoder encoder(ModelFiles files, ImageModelOptions options, LoadedParts loaded)
            throws IOException {
        Path folder = options.imageEncoder();
        if (folder == null && !files.has("image_encoder")) {
            throw new IllegalArgumentException(
                    "IP-Adapters need a CLIP image encoder, which this model does not have: name its folder beside them");
        }
        Recipe recipe = new Recipe("image_encoder", folder == null ? List.of() : List.of(FileState.of(folder)));
        ClipVision vision = loaded.get(ClipVision.class, recipe, () -> vision(files, folder));
        return new ReferenceEncoder(vision, processor(files, folder));
    }

    private static Part<ClipVision> vision(ModelFiles files, @Nullable Path folder) throws IOException {
        Json config = folder == null ? files.config("image_encoder") : Json.read(folder.resolve("config.json"));
        return LoadedParts.read(
                folder == null ? files.open("image_encoder") : Checkpoint.open(folder),
                scope -> ClipVision.load(scope, ClipVisionConfig.read(config)),
                "vision_model.embeddings.position_ids");
    }

    private static ClipProcessor processor(ModelFiles files, @Nullable Path folder) throws IOException {
        if (folder == null && files.has("feature_extractor")) {
            return ClipProcessor.read(files.config("feature_extractor"));
        }
        Path beside = folder == null ? null : folder.resolve("preprocessor_config.json");
        return beside != null && Files.exists(beside) ? ClipProcessor.read(Json.read(beside)) : ClipProcessor.STANDARD;
    }
}
