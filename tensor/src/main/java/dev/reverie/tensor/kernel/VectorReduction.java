package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Reduction#tree16} of sixteen rows at once.
 *
 * <p>A step joins two vectors into one: a lane adds what stands in it and what stands {@code distance} lanes away, in the
 * first vector where the lane's number lacks that bit, in the second where it has it. After all steps lane r holds the
 * sum of row r.
 */
final class VectorReduction {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorReduction() {}

    /** {@code to [16]}: the sums of the rows of {@code p [16, 16]}, which is used up. */
    static void sums(float[] p, float[] to, int at) {
        for (int width = 8; width >= L; width /= 2) { // a row is several vectors
            for (int row = 0; row < 256; row += 16) {
                for (int i = row; i < row + width; i += L) {
                    load(p, i).add(load(p, i + width)).intoArray(p, i);
                }
            }
        }
        for (int row = 0; row < 16; row += L) {
            if (L > 8) {
                halve(p, row * 16, 8, Exchange.ACROSS_8, Exchange.BIT_8);
            }
            if (L > 4) {
                halve(p, row * 16, 4, Exchange.ACROSS_4, Exchange.BIT_4);
            }
            halve(p, row * 16, 2, Exchange.ACROSS_2, Exchange.BIT_2);
            halve(p, row * 16, 1, Exchange.ACROSS_1, Exchange.BIT_1);
            load(p, row * 16).intoArray(to, at + row);
        }
    }

    private static void halve(float[] p, int from, int distance, VectorShuffle<Float> across, VectorMask<Float> bit) {
        for (int i = from; i < from + distance * 16; i += 16) {
            FloatVector a = load(p, i);
            FloatVector b = load(p, i + distance * 16);
            a.blend(b, bit).add(b.blend(a, bit).rearrange(across)).intoArray(p, i);
        }
    }

    private static FloatVector load(float[] p, int at) {
        return FloatVector.fromArray(S, p, at);
    }
}
