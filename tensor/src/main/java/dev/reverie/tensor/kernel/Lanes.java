package dev.reverie.tensor.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * How many floats a vector holds: 16, 8 or 4, or 1 for the scalar twins. It changes the time, never a bit.
 *
 * <p>The system property {@code reverie.lanes} chooses; without it the width that the CPU prefers. When the module
 * {@code jdk.incubator.vector} was not resolved, the scalar twins run and one warning quotes the flag.
 */
public final class Lanes {
    /** The property that chooses the width. */
    public static final String PROPERTY = "reverie.lanes";

    /** Floats a vector: 16, 8, 4, or 1 for scalar code. A constant to the compiler. */
    public static final int COUNT = choose();

    /** Whether the vector twins run. */
    public static final boolean VECTOR = COUNT > 1;

    private Lanes() {}

    private static int choose() {
        Integer wanted = Integer.getInteger(PROPERTY);
        if (wanted != null && wanted != 1 && wanted != 4 && wanted != 8 && wanted != 16) {
            throw new IllegalArgumentException("-D%s=%d: 16, 8, 4 or 1 are possible".formatted(PROPERTY, wanted));
        }
        if (wanted != null && wanted == 1) {
            return 1;
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            Logger logger = System.getLogger("dev.reverie");
            logger.log(
                    Level.WARNING,
                    "Reverie runs without SIMD and is many times slower: start java with"
                            + " --add-modules jdk.incubator.vector");
            return 1;
        }
        return wanted != null ? wanted : Math.clamp(Species.Preferred.lanes(), 4, 16);
    }
}
