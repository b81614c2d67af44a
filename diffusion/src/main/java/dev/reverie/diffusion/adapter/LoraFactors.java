package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.LoraFactor.ALPHA;
import static dev.reverie.diffusion.adapter.LoraFactor.DIFF;
import static dev.reverie.diffusion.adapter.LoraFactor.DIFF_B;
import static dev.reverie.diffusion.adapter.LoraFactor.DORA_SCALE;
import static dev.reverie.diffusion.adapter.LoraFactor.DOWN;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_T1;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_T2;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_W1_A;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_W1_B;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_W2_A;
import static dev.reverie.diffusion.adapter.LoraFactor.HADA_W2_B;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_T2;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W1;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W1_A;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W1_B;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W2;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W2_A;
import static dev.reverie.diffusion.adapter.LoraFactor.LOKR_W2_B;
import static dev.reverie.diffusion.adapter.LoraFactor.MAGNITUDE_VECTOR;
import static dev.reverie.diffusion.adapter.LoraFactor.MID;
import static dev.reverie.diffusion.adapter.LoraFactor.UP;

import dev.reverie.tensor.Tensor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The tensors that a file has for one module; each is taken once, and none may be left over. */
final class LoraFactors {
    private final Map<LoraFactor, Tensor> factors = new EnumMap<>(LoraFactor.class);
    private String name = "";

    /** False if there is such a factor already. */
    boolean put(LoraFactor factor, String tensor, Tensor values) {
        name = name.isEmpty() ? String.valueOf(factor.moduleOf(tensor)) : name;
        return factors.putIfAbsent(factor, values) == null;
    }

    /** How the file spells the module. */
    String name() {
        return name;
    }

    /**
     * The changes of {@link Lora#WEIGHT} and {@link Lora#BIAS}.
     *
     * @param factorOfRank what a product of that rank counts where the module has no alpha
     * @throws IllegalArgumentException if factors are missing, left over or do not fit each other
     */
    Map<String, WeightChange> changes(IntToDoubleFunction factorOfRank) {
        Map<String, WeightChange> changes = new LinkedHashMap<>();
        Tensor alpha = find(ALPHA);
        if (alpha != null && alpha.elementCount() != 1) {
            throw new IllegalArgumentException("has an alpha of shape %s, not one number".formatted(alpha.shape()));
        }
        Delta delta = delta();
        int rank = rank(delta);
        if (delta != null) {
            double factor = alpha == null ? factorOfRank.applyAsDouble(rank) : (double) alpha.get(0) / rank;
            changes.put(Lora.WEIGHT, new WeightChange(delta, rank == 0 ? 1 : factor, magnitude()));
        }
        Tensor bias = find(DIFF_B);
        if (bias != null) {
            changes.put(Lora.BIAS, new WeightChange(new Delta.Full(bias), 1, null));
        }
        if (!factors.isEmpty()) {
            String left = spelled(factors.keySet().iterator().next());
            throw new IllegalArgumentException("has %s and not what belongs to it".formatted(left));
        }
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("has an alpha and nothing that it scales");
        }
        return changes;
    }

    private @Nullable Delta delta() {
        if (factors.containsKey(UP) || factors.containsKey(DOWN)) {
            return new Delta.LowRank(take(UP), take(DOWN), find(MID));
        }
        if (factors.containsKey(HADA_W1_A)) {
            return new Delta.Hadamard(product(HADA_W1_A, HADA_W1_B, HADA_T1), product(HADA_W2_A, HADA_W2_B, HADA_T2));
        }
        if (factors.containsKey(LOKR_W1) || factors.containsKey(LOKR_W1_A)) {
            return new Delta.Kronecker(
                    factors.containsKey(LOKR_W1)
                            ? new Delta.Full(take(LOKR_W1))
                            : new Delta.LowRank(take(LOKR_W1_A), take(LOKR_W1_B), null),
                    factors.containsKey(LOKR_W2)
                            ? new Delta.Full(take(LOKR_W2))
                            : product(LOKR_W2_A, LOKR_W2_B, LOKR_T2));
        }
        return factors.containsKey(DIFF) ? new Delta.Full(take(DIFF)) : null;
    }

    /** With a core the first factor lies on its side. */
    private Delta.LowRank product(LoraFactor a, LoraFactor b, LoraFactor coreFactor) {
        Tensor core = find(coreFactor);
        return core == null
                ? new Delta.LowRank(take(a), take(b), null)
                : Delta.LowRank.ofColumns(take(a), take(b), core);
    }

    /** The R that alpha is divided by; 0 where there is none and alpha counts for nothing. */
    private static int rank(@Nullable Delta delta) {
        return switch (delta) {
            case null -> 0;
            case Delta.Full full -> 0;
            case Delta.LowRank product -> product.rank();
            case Delta.Hadamard pair -> pair.first().rank();
            case Delta.Kronecker pair -> Math.max(rank(pair.first()), rank(pair.second()));
        };
    }

    private @Nullable Magnitude magnitude() {
        Tensor lengths = find(DORA_SCALE);
        if (lengths != null) {
            return Magnitude.of(lengths);
        }
        Tensor ofRows = find(MAGNITUDE_VECTOR);
        return ofRows == null ? null : new Magnitude(ofRows, true);
    }

    private Tensor take(LoraFactor factor) {
        Tensor values = factors.remove(factor);
        if (values == null) {
            throw new IllegalArgumentException("has no " + spelled(factor));
        }
        return values;
    }

    private @Nullable Tensor find(LoraFactor factor) {
        return factors.remove(factor);
    }

    /** As kohya and LyCORIS do. */
    private static String spelled(LoraFactor factor) {
        String name = factor.name().toLowerCase(Locale.ROOT);
        return factor == UP || factor == DOWN || factor == MID ? "lora_" + name : name;
    }
}
