package dev.reverie.diffusion.adapter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor of a LoRA file is to its module, by the end of its name. The names are those of kohya-ss/sd-scripts
 * ({@code lora_down}), PEFT ({@code lora_A}), huggingface/diffusers ({@code lora.down}, {@code _lora.down}, {@code
 * lora_linear_layer.down}) and KohakuBlueleaf/LyCORIS (all others).
 */
enum LoraFactor {
    /** {@code [R, in, kernel..]}. */
    DOWN("[._]lora[._]down\\.weight|\\.lora_linear_layer\\.down\\.weight|\\.lora_A(\\.\\w+)?\\.weight"),
    /** {@code [out, R]}. */
    UP("[._]lora[._]up\\.weight|\\.lora_linear_layer\\.up\\.weight|\\.lora_B(\\.\\w+)?\\.weight"),
    /** {@code [R, R, kernel..]}. */
    MID("\\.lora_mid\\.weight"),
    /** One number; the change counts alpha / R times. */
    ALPHA("([._]lora|\\.lora_linear_layer)?\\.(lora_)?alpha"),
    /** Lengths of the rows {@code [out, 1..]} or of the columns {@code [1, in, 1..]}. */
    DORA_SCALE("\\.dora_scale"),
    /** The same of the rows, in PEFT. */
    MAGNITUDE_VECTOR("\\.lora_magnitude_vector(\\.\\w+){0,2}"),
    HADA_W1_A("\\.hada_w1_a"),
    HADA_W1_B("\\.hada_w1_b"),
    HADA_T1("\\.hada_t1"),
    HADA_W2_A("\\.hada_w2_a"),
    HADA_W2_B("\\.hada_w2_b"),
    HADA_T2("\\.hada_t2"),
    LOKR_W1("\\.lokr_w1"),
    LOKR_W1_A("\\.lokr_w1_a"),
    LOKR_W1_B("\\.lokr_w1_b"),
    LOKR_W2("\\.lokr_w2"),
    LOKR_W2_A("\\.lokr_w2_a"),
    LOKR_W2_B("\\.lokr_w2_b"),
    LOKR_T2("\\.lokr_t2"),
    /** The change of the weight itself. */
    DIFF("\\.diff|\\.w_norm"),
    /** The change of the bias. */
    DIFF_B("\\.diff_b|\\.b_norm");

    private final Pattern ending;

    LoraFactor(String ending) {
        this.ending = Pattern.compile("(?:" + ending + ")$");
    }

    /** The name without what names this factor; null if the name does not end so. */
    @Nullable
    String moduleOf(String tensor) {
        Matcher matcher = ending.matcher(tensor);
        return matcher.find() ? tensor.substring(0, matcher.start()) : null;
    }
}
