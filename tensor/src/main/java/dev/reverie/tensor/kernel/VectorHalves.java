package dev.reverie.tensor.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One row times full panels of bfloat16, which are widened in registers; each element is one chain as in {@link Tile}.
 *
 * <p>A vector of halves is a vector of pairs. Shifted up, a pair is its lower number as float32, which is an even column;
 * with the lower half masked out it is its upper number, an odd one. That takes half the instructions of widening
 * numbers one by one, and those, not memory, would be what such a product waits for. The sums are zipped at the end, in
 * scalar code: with a shuffle C2 gives the whole method up (JDK 25).
 */
final class VectorHalves {
    /** Vectors of columns of one call: so many chains keep both multipliers busy. */
    static final int VECTORS = 8;

    /** Floats of working memory. */
    static final int FLOATS = VECTORS * Tile.UNIT;

    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;
    private static final VectorSpecies<Short> PAIRS = VectorSpecies.of(short.class, S.vectorShape());

    private VectorHalves() {}

    /** {@code c[co ..]} = {@code a[at .. at + k - 1]} times the panels that begin with {@code b[panel]}. */
    static void bf16(int k, float[] a, int at, short[] b, int panel, float[] sums, float[] c, int co) {
        int from0 = panel;
        int from1 = panel + fromPanel(2, k);
        int from2 = panel + fromPanel(4, k);
        int from3 = panel + fromPanel(6, k);
        FloatVector even0 = FloatVector.zero(S);
        FloatVector even1 = even0;
        FloatVector even2 = even0;
        FloatVector even3 = even0;
        FloatVector odd0 = even0;
        FloatVector odd1 = even0;
        FloatVector odd2 = even0;
        FloatVector odd3 = even0;
        for (int i = 0; i < k; i++) {
            FloatVector x = FloatVector.broadcast(S, a[at + i]);
            IntVector pairs = pairs(b, from0 + i * Tile.WIDTH);
            even0 = x.fma(lower(pairs), even0);
            odd0 = x.fma(upper(pairs), odd0);
            pairs = pairs(b, from1 + i * Tile.WIDTH);
            even1 = x.fma(lower(pairs), even1);
            odd1 = x.fma(upper(pairs), odd1);
            pairs = pairs(b, from2 + i * Tile.WIDTH);
            even2 = x.fma(lower(pairs), even2);
            odd2 = x.fma(upper(pairs), odd2);
            pairs = pairs(b, from3 + i * Tile.WIDTH);
            even3 = x.fma(lower(pairs), even3);
            odd3 = x.fma(upper(pairs), odd3);
        }
        even0.intoArray(sums, 0);
        even1.intoArray(sums, L);
        even2.intoArray(sums, 2 * L);
        even3.intoArray(sums, 3 * L);
        odd0.intoArray(sums, 4 * L);
        odd1.intoArray(sums, 5 * L);
        odd2.intoArray(sums, 6 * L);
        odd3.intoArray(sums, 7 * L);
        for (int i = 0; i < 4 * L; i++) {
            c[co + 2 * i] = sums[i];
            c[co + 2 * i + 1] = sums[4 * L + i];
        }
    }

    /** Where vector {@code i} of columns begins: in the first panel or in a later one. */
    private static int fromPanel(int i, int k) {
        return i / Tile.VECTORS * k * Tile.WIDTH + i % Tile.VECTORS * L;
    }

    private static IntVector pairs(short[] b, int at) {
        return ShortVector.fromArray(PAIRS, b, at).reinterpretAsInts();
    }

    private static FloatVector lower(IntVector pairs) {
        return pairs.lanewise(LSHL, 16).reinterpretAsFloats();
    }

    private static FloatVector upper(IntVector pairs) {
        return pairs.and(0xffff0000).reinterpretAsFloats();
    }
}
