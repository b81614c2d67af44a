package dev.reverie.diffusion.adapter;

import dev.reverie.diffusion.adapter.LoraKey.Module;
import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a LoRA's modules count where they have no alpha of their own: what PEFT wrote into {@code adapter_config.json}
 * beside its file, or diffusers into the file's header ({@code lora_adapter_metadata}); 1 without either.
 */
final class PeftSettings {
    private static final String HEADER = "lora_adapter_metadata";
    private static final String ALPHA = "lora_alpha";

    /** What would change more than the weights, or has taken something out of the model's own (PiSSA, OLoRA, LoftQ ..). */
    private static final Map<String, List<?>> FIXED = Map.of(
            "peft_type", List.of("LORA"),
            "init_lora_weights", List.of(true, false, "gaussian", "orthogonal", "eva"),
            "bias", List.of("none"),
            "lora_bias", List.of(false),
            "layer_replication", List.of(),
            "use_qalora", List.of(false),
            "alora_invocation_tokens", List.of());

    /**
     * Of one part.
     *
     * @param alphas of modules, by the ends of their flat names
     * @param isStabilised whether alpha is divided by the root of the rank (Kalajdzievski, arXiv 2312.03732)
     */
    private record Part(double alpha, Map<String, Double> alphas, boolean isStabilised) {
        double factor(String module, int rank) {
            double own = alphas.entrySet().stream()
                    .filter(entry -> ("_" + module).endsWith("_" + entry.getKey()))
                    .findFirst()
                    .map(Map.Entry::getValue)
                    .orElse(alpha);
            return own / (isStabilised ? Math.sqrt(rank) : rank);
        }
    }

    private final Map<String, Part> parts = new HashMap<>();

    private PeftSettings() {}

    static PeftSettings of(Checkpoint checkpoint) throws IOException {
        PeftSettings settings = new PeftSettings();
        TensorSource source = checkpoint.sources().getFirst();
        Path config = Path.of(source.name()).resolveSibling("adapter_config.json");
        String header = source instanceof Safetensors file ? file.metadata().get(HEADER) : null;
        if (header != null) {
            Json json = Json.parse(source.name(), header);
            settings.add(LoraKey.DENOISER, json, "unet.");
            settings.add(LoraKey.DENOISER, json, "transformer.");
            settings.add("text_encoder", json, "text_encoder.");
            settings.add("text_encoder_2", json, "text_encoder_2.");
            settings.add("text_encoder_3", json, "text_encoder_3.");
        } else if (source.name().endsWith("adapter_model.safetensors") && Files.exists(config)) {
            Json json = Json.read(config);
            settings.add(LoraKey.DENOISER, json, "");
            settings.add("text_encoder", json, "");
        }
        return settings;
    }

    private static FixedOptions fixed(String prefix) {
        Map<String, List<?>> options = new HashMap<>();
        FIXED.forEach((option, supported) -> options.put(prefix + option, supported));
        return new FixedOptions(options);
    }

    private void add(String part, Json json, String prefix) throws IOException {
        fixed(prefix).check(json);
        if (!json.has(prefix + ALPHA)) {
            return;
        }
        Map<String, Double> alphas = new LinkedHashMap<>();
        Json pattern = json.find(prefix + "alpha_pattern");
        if (pattern != null && pattern.isObject()) {
            for (String module : pattern.keys()) {
                alphas.put(LoraKey.flat(module), pattern.getDouble(module));
            }
        }
        boolean isStabilised = json.getBoolean(prefix + "use_rslora", false);
        parts.put(part, new Part(json.getDouble(prefix + ALPHA), alphas, isStabilised));
    }

    /** What a product of that rank is multiplied by. */
    double factor(Module module, int rank) {
        Part part = parts.get(module.part());
        return part == null ? 1 : part.factor(module.name(), rank);
    }
}
