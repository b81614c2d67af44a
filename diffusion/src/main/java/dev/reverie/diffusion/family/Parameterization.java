package dev.reverie.diffusion.family;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a single file's network predicts, which its tensors do not say.
 *
 * @param type {@code epsilon} or {@code v_prediction}
 * @param isZeroSnr whether the last step was trained at pure noise
 */
record Parameterization(String type, boolean isZeroSnr) {
    private static final String EPSILON = "epsilon";
    private static final String VELOCITY = "v_prediction";
    private static final Pattern VELOCITY_IN_YAML =
            Pattern.compile("^\\s*parameterization:\\s*[\"']?v[\"']?\\s*$", Pattern.MULTILINE);
    private static final long MAX_YAML_BYTES = 1_000_000;
    /** At the end of the training of SD 2 base (diffusers, loaders/single_file_utils.py). */
    private static final long STEPS_OF_SD_2_BASE = 875_000;

    private static final String TELLTALE = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias";

    Parameterization {
        if (!Set.of(EPSILON, VELOCITY).contains(type)) {
            throw new IllegalArgumentException(
                    "prediction type \"%s\" is neither %s nor %s".formatted(type, EPSILON, VELOCITY));
        }
    }

    boolean isVelocity() {
        return type.equals(VELOCITY);
    }

    /**
     * The caller's word; else that of {@code <name>.yaml} beside the file; else a tensor {@code v_pred}, which some files
     * carry for that; else a guess, which only files of SD 2 without further channels need.
     */
    static Parameterization of(Path file, TensorSource source, boolean isSd2, @Nullable String wanted)
            throws IOException {
        Map<String, TensorEntry> tensors = source.entries();
        boolean zeroSnr = tensors.containsKey("ztsnr");
        if (wanted != null) {
            return new Parameterization(wanted, zeroSnr);
        }
        Path yaml = file.resolveSibling(stem(file) + ".yaml");
        if (Files.isRegularFile(yaml) && Files.size(yaml) <= MAX_YAML_BYTES) {
            boolean velocity = VELOCITY_IN_YAML.matcher(Files.readString(yaml)).find();
            return new Parameterization(velocity ? VELOCITY : EPSILON, zeroSnr);
        }
        boolean velocity = tensors.containsKey("v_pred") || (isSd2 && isSd2Velocity(source));
        return new Parameterization(velocity ? VELOCITY : EPSILON, zeroSnr);
    }

    /**
     * As diffusers guesses by the count of training steps; where a file has none, as ComfyUI does by the spread of one
     * norm's bias (comfy/supported_models.py); v prediction where it has neither.
     */
    private static boolean isSd2Velocity(TensorSource source) throws IOException {
        TensorEntry steps = source.entries().get("global_step");
        if (steps != null && steps.dtype() == DType.I64 && steps.elementCount() == 1) {
            return source.longs("global_step", 0, 1)[0] != STEPS_OF_SD_2_BASE;
        }
        TensorEntry bias = source.entries().get(TELLTALE);
        if (bias == null || bias.elementCount() > 10_000) {
            return true;
        }
        return deviation(source.floats(TELLTALE, 0, (int) bias.elementCount())) > 0.09;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean);
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
