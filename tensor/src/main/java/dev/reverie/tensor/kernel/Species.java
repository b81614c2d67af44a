package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The one vector shape that all kernels use. Loaded only where the Vector API is there: see {@link Lanes}. */
final class Species {
    static final VectorSpecies<Float> FLOAT = switch (Lanes.COUNT) {
        case 16 -> FloatVector.SPECIES_512;
        case 8 -> FloatVector.SPECIES_256;
        default -> FloatVector.SPECIES_128;
    };

    private Species() {}

    /** What the CPU prefers; a class of its own, since {@link Lanes} asks before {@link #FLOAT} can be chosen. */
    static final class Preferred {
        private Preferred() {}

        static int lanes() {
            return FloatVector.SPECIES_PREFERRED.length();
        }
    }
}
