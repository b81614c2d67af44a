package dev.reverie.tensor.kernel;

import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Constants for vectors whose lanes trade places with those whose number differs in one bit. */
final class Exchange {
    private static final VectorSpecies<Float> S = Species.FLOAT;

    /** What stands so many lanes away; of use where a vector has more lanes than that. */
    static final VectorShuffle<Float> ACROSS_8 = across(8);

    static final VectorShuffle<Float> ACROSS_4 = across(4);
    static final VectorShuffle<Float> ACROSS_2 = across(2);
    static final VectorShuffle<Float> ACROSS_1 = across(1);

    /** Lanes whose number has the bit. */
    static final VectorMask<Float> BIT_8 = bit(8);

    static final VectorMask<Float> BIT_4 = bit(4);
    static final VectorMask<Float> BIT_2 = bit(2);
    static final VectorMask<Float> BIT_1 = bit(1);

    private Exchange() {}

    private static VectorShuffle<Float> across(int distance) {
        return VectorShuffle.fromOp(S, lane -> (lane ^ distance) & (S.length() - 1));
    }

    private static VectorMask<Float> bit(int bit) {
        boolean[] lanes = new boolean[S.length()];
        for (int lane = 0; lane < lanes.length; lane++) {
            lanes[lane] = (lane & bit) != 0;
        }
        return VectorMask.fromArray(S, lanes, 0);
    }
}
