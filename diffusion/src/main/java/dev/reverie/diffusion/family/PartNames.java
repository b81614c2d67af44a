package dev.reverie.diffusion.family;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of tensors that have changed since a folder was saved, as they are today. Attention of autoencoders was spelt
 * out until diffusers 0.17 (models/modeling_utils.py, {@code _convert_deprecated_attention_blocks}); text encoders had
 * {@code text_model.} before their names until transformers 5, and a table of positions that nothing reads.
 */
final class PartNames {
    private static final Pattern OLD_ATTENTION =
            Pattern.compile("(.*mid_block\\.attentions\\.\\d+)\\.(query|key|value|proj_attn)\\.(weight|bias)");
    private static final Map<String, String> ATTENTION =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");
    private static final String TEXT_MODEL = "text_model.";

    private PartNames() {}

    /** Today's names of a part's tensors; null for those to be left out. */
    static Function<String, @Nullable String> of(String part) {
        return switch (part) {
            case "vae" -> PartNames::autoencoder;
            case "text_encoder", "text_encoder_2", "text_encoder_3" -> PartNames::text;
            default -> name -> name;
        };
    }

    private static String autoencoder(String name) {
        var matcher = OLD_ATTENTION.matcher(name);
        return matcher.matches()
                ? matcher.group(1) + "." + ATTENTION.get(matcher.group(2)) + "." + matcher.group(3)
                : name;
    }

    static @Nullable String text(String name) {
        String plain = name.startsWith(TEXT_MODEL) ? name.substring(TEXT_MODEL.length()) : name;
        return plain.equals("embeddings.position_ids") ? null : plain;
    }
}
