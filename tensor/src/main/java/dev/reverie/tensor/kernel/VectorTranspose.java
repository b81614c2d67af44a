package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes squares of as many rows as a vector has lanes.
 *
 * <p>For each bit of a lane's number, pairs of rows whose numbers differ in that bit alone exchange the lanes in which row
 * and lane differ there. Two bits at a time take four rows from memory and back.
 */
final class VectorTranspose {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorTranspose() {}

    /**
     * {@code b[j][i] = a[i][j]} for i and j below the number of lanes.
     *
     * @param aStride distance of two rows of {@code a}
     * @param square room for a square
     */
    static void square(float[] a, int ao, int aStride, float[] b, int bo, int bStride, float[] square) {
        if (L == 4) {
            lowBits(a, ao, aStride, b, bo, bStride);
            return;
        }
        for (int row = 0; row < 4; row++) {
            if (L == 8) {
                bit4(a, ao + row * aStride, 4 * aStride, square, row * L);
            } else {
                bits8And4(a, ao + row * aStride, 4 * aStride, square, row * L);
            }
        }
        for (int row = 0; row < L; row += 4) {
            lowBits(square, row * L, L, b, bo + row * bStride, bStride);
        }
    }

    private static void bits8And4(float[] a, int ao, int step, float[] square, int to) {
        FloatVector r0 = load(a, ao);
        FloatVector r4 = load(a, ao + step);
        FloatVector r8 = load(a, ao + 2 * step);
        FloatVector r12 = load(a, ao + 3 * step);
        FloatVector s0 = r0.blend(r8.rearrange(Exchange.ACROSS_8), Exchange.BIT_8);
        FloatVector s8 = r0.rearrange(Exchange.ACROSS_8).blend(r8, Exchange.BIT_8);
        FloatVector s4 = r4.blend(r12.rearrange(Exchange.ACROSS_8), Exchange.BIT_8);
        FloatVector s12 = r4.rearrange(Exchange.ACROSS_8).blend(r12, Exchange.BIT_8);
        s0.blend(s4.rearrange(Exchange.ACROSS_4), Exchange.BIT_4).intoArray(square, to);
        s0.rearrange(Exchange.ACROSS_4).blend(s4, Exchange.BIT_4).intoArray(square, to + 4 * L);
        s8.blend(s12.rearrange(Exchange.ACROSS_4), Exchange.BIT_4).intoArray(square, to + 8 * L);
        s8.rearrange(Exchange.ACROSS_4).blend(s12, Exchange.BIT_4).intoArray(square, to + 12 * L);
    }

    private static void bit4(float[] a, int ao, int step, float[] square, int to) {
        FloatVector r0 = load(a, ao);
        FloatVector r4 = load(a, ao + step);
        r0.blend(r4.rearrange(Exchange.ACROSS_4), Exchange.BIT_4).intoArray(square, to);
        r0.rearrange(Exchange.ACROSS_4).blend(r4, Exchange.BIT_4).intoArray(square, to + 4 * L);
    }

    private static void lowBits(float[] a, int ao, int aStride, float[] b, int bo, int bStride) {
        FloatVector r0 = load(a, ao);
        FloatVector r1 = load(a, ao + aStride);
        FloatVector r2 = load(a, ao + 2 * aStride);
        FloatVector r3 = load(a, ao + 3 * aStride);
        FloatVector s0 = r0.blend(r2.rearrange(Exchange.ACROSS_2), Exchange.BIT_2);
        FloatVector s2 = r0.rearrange(Exchange.ACROSS_2).blend(r2, Exchange.BIT_2);
        FloatVector s1 = r1.blend(r3.rearrange(Exchange.ACROSS_2), Exchange.BIT_2);
        FloatVector s3 = r1.rearrange(Exchange.ACROSS_2).blend(r3, Exchange.BIT_2);
        s0.blend(s1.rearrange(Exchange.ACROSS_1), Exchange.BIT_1).intoArray(b, bo);
        s0.rearrange(Exchange.ACROSS_1).blend(s1, Exchange.BIT_1).intoArray(b, bo + bStride);
        s2.blend(s3.rearrange(Exchange.ACROSS_1), Exchange.BIT_1).intoArray(b, bo + 2 * bStride);
        s2.rearrange(Exchange.ACROSS_1).blend(s3, Exchange.BIT_1).intoArray(b, bo + 3 * bStride);
    }

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }
}
