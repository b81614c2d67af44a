package dev.reverie.diffusion.family;

import static dev.reverie.tensor.io.CheckpointException.inFile;

import dev.reverie.diffusion.family.TextTower.OpenClip;
import dev.reverie.diffusion.family.TextTower.Transformers;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorView;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parts of a file in the layout of the original codes of Stable Diffusion. Which generation it is of is told by the
 * text encoders, or where it has none by the width of their states (diffusers, loaders/single_file_utils.py, {@code
 * infer_diffusers_model_type}).
 */
final class LdmFile {
    private static final String UNET = "model.diffusion_model.";
    private static final String LIGHTNING = "state_dict.";
    /** OpenCLIP's last layer but one is where SD 2 takes its states: the 24th is there and not used. */
    private static final int LAYERS_OF_SD_2 = 23;

    /** What training leaves behind; names, or what they begin with where a dot or an underscore ends it. */
    private static final List<String> OF_TRAINING = List.of(
            "model_ema.",
            "alphas_",
            "betas",
            "sqrt_",
            "log_one_",
            "posterior_",
            "logvar",
            "lvlb_weights",
            "denoiser.",
            "global_step",
            "epoch",
            "optimizer_states.",
            "lr_schedulers.",
            "callbacks.",
            "loops.",
            "first_stage_model.loss.",
            "first_stage_model.model_ema.",
            "cond_stage_model.logit_scale",
            "v_pred",
            "ztsnr");

    private final Generation generation;
    private final Map<String, TensorEntry> tensors;
    private final PartTensors unet;
    private final PartTensors vae;
    private final Map<String, TextTower> towers = new LinkedHashMap<>();

    /** @throws CheckpointException if the file has another layout; the message says which */
    LdmFile(String file, Map<String, TensorEntry> entries) throws CheckpointException {
        this.tensors = withoutNesting(entries);
        if (!tensors.containsKey(UNET + "input_blocks.0.0.weight")) {
            throw inFile(file, "%s", WrongFile.advice(tensors.keySet()));
        }
        if (tensors.containsKey("edm_mean")) {
            throw inFile(file, "is a model of Playground 2.5, which is not supported");
        }
        this.unet = PartTensors.under(UNET, tensors);
        this.vae = PartTensors.under(hasPrefix("first_stage_model.") ? "first_stage_model." : "vae.", tensors);
        this.generation = generation();
        if (!Set.of(4, 8, 9).contains(channels())) {
            throw inFile(file, "its network takes %d channels; networks of 4, 8 and 9 are supported", channels());
        }
        addTowers();
    }

    /** Checkpoints of a training nest the tensors once more. */
    private static Map<String, TensorEntry> withoutNesting(Map<String, TensorEntry> entries) {
        PartTensors nested = PartTensors.under(LIGHTNING, entries);
        return nested.isEmpty() ? entries : nested.all();
    }

    private boolean hasPrefix(String prefix) {
        return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    private Generation generation() {
        if (hasPrefix("conditioner.embedders.1.model.") || hasPrefix("conditioner.embedders.0.transformer.")) {
            return Generation.SDXL;
        }
        if (hasPrefix("conditioner.embedders.0.model.")) {
            return Generation.SDXL_REFINER;
        }
        if (hasPrefix("cond_stage_model.")) {
            return hasPrefix("cond_stage_model.model.") ? Generation.SD_2 : Generation.SD_1;
        }
        return switch (new LdmUnet(unet).contextWidth()) {
            case 1024 -> Generation.SD_2;
            case 1280 -> Generation.SDXL_REFINER;
            case 2048 -> Generation.SDXL;
            default -> unet.hasModule("label_emb") ? Generation.SDXL : Generation.SD_1;
        };
    }

    private void addTowers() {
        switch (generation) {
            case SD_1 -> add("text_encoder", new Transformers(under("cond_stage_model.transformer.")));
            case SD_2 -> add("text_encoder", openClip("cond_stage_model.model.", LAYERS_OF_SD_2, false));
            case SDXL -> {
                add("text_encoder", new Transformers(under("conditioner.embedders.0.transformer.")));
                add("text_encoder_2", openClip("conditioner.embedders.1.model.", Integer.MAX_VALUE, true));
            }
            case SDXL_REFINER ->
                add("text_encoder_2", openClip("conditioner.embedders.0.model.", Integer.MAX_VALUE, true));
        }
    }

    private PartTensors under(String prefix) {
        return PartTensors.under(prefix, tensors);
    }

    private OpenClip openClip(String prefix, int maxLayers, boolean isProjected) {
        PartTensors tower = under(prefix);
        return new OpenClip(tower, Math.min(maxLayers, tower.count("transformer.resblocks")), isProjected);
    }

    private void add(String part, TextTower tower) {
        if (!tower.tensors().isEmpty()) {
            towers.put(part, tower);
        }
    }

    Generation family() {
        return generation;
    }

    /** Channels that the network takes. */
    int channels() {
        return unet.size("input_blocks.0.0.weight", 1);
    }

    /** The tensors of each part in the file; those that belong nowhere are given to the U-Net, whose loading reports them. */
    Map<String, Map<String, TensorView>> parts() {
        Map<String, Map<String, TensorView>> parts = new LinkedHashMap<>();
        Map<String, TensorView> ofUnet = new TreeMap<>(new LdmUnet(unet).views());
        ofUnet.putAll(unclaimed());
        parts.put("unet", ofUnet);
        if (!vae.isEmpty()) {
            parts.put("vae", new LdmAutoencoder(vae).views());
        }
        towers.forEach((part, tower) -> parts.put(part, tower.views()));
        return parts;
    }

    private Map<String, TensorView> unclaimed() {
        Set<String> claimed = new HashSet<>();
        unet.all().values().forEach(entry -> claimed.add(entry.name()));
        vae.all().values().forEach(entry -> claimed.add(entry.name()));
        towers.values().forEach(tower -> tower.tensors().all().values().forEach(entry -> claimed.add(entry.name())));
        Map<String, TensorView> rest = new TreeMap<>();
        tensors.forEach((name, entry) -> {
            if (!claimed.contains(entry.name()) && !isOfTraining(name)) {
                rest.put(name, TensorView.of(entry));
            }
        });
        return rest;
    }

    private static boolean isOfTraining(String name) {
        return OF_TRAINING.stream().anyMatch(known -> {
            boolean isStart = known.endsWith(".") || known.endsWith("_");
            return isStart ? name.startsWith(known) : name.equals(known);
        });
    }

    /** Configurations by part, as JSON. */
    Map<String, String> configs(Parameterization prediction) {
        LdmConfigs configs = new LdmConfigs(generation, prediction);
        Map<String, String> byPart = new LinkedHashMap<>();
        byPart.put("unet", configs.unet(unet));
        byPart.put("scheduler", configs.scheduler(channels()));
        if (!vae.isEmpty()) {
            byPart.put("vae", configs.vae(vae));
        }
        towers.forEach((part, tower) -> byPart.put(part, configs.text(tower)));
        return byPart;
    }

    String modelIndex(Parameterization prediction) {
        return new LdmConfigs(generation, prediction).modelIndex(channels());
    }
}
