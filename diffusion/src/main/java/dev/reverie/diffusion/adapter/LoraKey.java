package dev.reverie.diffusion.adapter;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name of a tensor in a LoRA file, understood.
 *
 * @param module which module of the pipeline the tensor belongs to
 * @param factor what it is to that module
 */
record LoraKey(Module module, LoraFactor factor) {
    /** The part that predicts noise, whatever it is called in a pipeline's folder. */
    static final String DENOISER = "denoiser";

    private static final String TEXT = "text_encoder";
    private static final String PEFT = "base_model.model.";

    /** Starts of names and the part that they stand for; the longer one first where one is the start of another. */
    private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

    static {
        PREFIXES.put("lora_unet_", DENOISER);
        PREFIXES.put("lora_transformer_", DENOISER);
        PREFIXES.put("lycoris_", DENOISER);
        PREFIXES.put("lora_te_", TEXT);
        PREFIXES.put("lora_te1_", TEXT);
        PREFIXES.put("lora_te2_", TEXT + "_2");
        PREFIXES.put("lora_te3_", TEXT + "_3");
        PREFIXES.put("unet.", DENOISER);
        PREFIXES.put("transformer.", DENOISER);
        PREFIXES.put("model.diffusion_model.", DENOISER);
        PREFIXES.put("diffusion_model.", DENOISER);
        PREFIXES.put("text_encoder.", TEXT);
        PREFIXES.put("text_encoder_2.", TEXT + "_2");
        PREFIXES.put("text_encoder_3.", TEXT + "_3");
    }

    /**
     * A module of a pipeline.
     *
     * @param part {@link #DENOISER} or a text encoder's folder
     * @param name within the part, {@link #flat}
     */
    record Module(String part, String name) {}

    /** Null for a name that no dialect has. */
    static @Nullable LoraKey parse(String tensor) {
        for (LoraFactor factor : LoraFactor.values()) {
            String module = factor.moduleOf(tensor);
            if (module != null && !module.isEmpty()) {
                return new LoraKey(moduleOf(module), factor);
            }
        }
        return null;
    }

    private static Module moduleOf(String spelled) {
        String name = spelled.startsWith(PEFT) ? spelled.substring(PEFT.length()) : spelled;
        for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
            if (name.startsWith(prefix.getKey())) {
                String rest = name.substring(prefix.getKey().length());
                return new Module(prefix.getValue(), flat(withoutProcessor(rest)));
            }
        }
        return new Module(name.startsWith("text_model.") ? TEXT : DENOISER, flat(withoutProcessor(name)));
    }

    /** Early diffusers gave each attention a processor, whose projections had names of their own. */
    private static String withoutProcessor(String module) {
        return module.replace(".processor.", ".")
                .replaceFirst("\\.self_attn\\.to_(q|k|v|out)$", ".self_attn.$1_proj")
                .replaceFirst("\\.to_out$", ".to_out.0");
    }

    /**
     * A module's name as kohya spells it, with underscores for dots, which all dialects can be brought to but not back
     * from; {@code text_model} is left out, since not all have it.
     */
    static String flat(String module) {
        String flat = module.replace('.', '_');
        return flat.startsWith("text_model_") ? flat.substring("text_model_".length()) : flat;
    }
}
