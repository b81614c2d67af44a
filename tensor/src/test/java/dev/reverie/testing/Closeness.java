package dev.reverie.testing;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Comparison of tensors: passes where abs(got - want) is at most atol + rtol abs(want) for every element. */
public final class Closeness {
    private Closeness() {}

    /** Fails with the worst element, the bound and both values. */
    public static void require(String what, Tensor want, Tensor got, double atol, double rtol) {
        if (want.elementCount() != got.elementCount() || !areAlike(longAxes(want.shape()), longAxes(got.shape()))) {
            throw new AssertionError("%s: shape %s, want %s".formatted(what, got.shape(), want.shape()));
        }
        int worst = -1;
        double worstExcess = 0;
        int outside = 0;
        for (int i = 0; i < want.elementCount(); i++) {
            double excess = excess(want.get(i), got.get(i), atol, rtol);
            if (excess > 0) {
                outside++;
                if (excess > worstExcess) {
                    worstExcess = excess;
                    worst = i;
                }
            }
        }
        if (worst >= 0) {
            throw new AssertionError("%s: %d of %d elements of %s outside; worst at %d: got %s, want %s, bound %s"
                    .formatted(
                            what,
                            outside,
                            want.elementCount(),
                            want.shape(),
                            worst,
                            got.get(worst),
                            want.get(worst),
                            atol + rtol * Math.abs(want.get(worst))));
        }
    }

    /** Equal, or one of them with axes joined. */
    private static boolean areAlike(List<Integer> want, List<Integer> got) {
        return want.size() != got.size() || want.equals(got);
    }

    /** Axes of length 1 are there or not as it suits a layout. */
    private static List<Integer> longAxes(Shape shape) {
        return IntStream.range(0, shape.rank())
                .map(shape::dim)
                .filter(length -> length != 1)
                .boxed()
                .toList();
    }

    private static double excess(float want, float got, double atol, double rtol) {
        if (Float.isNaN(want) || Float.isInfinite(want)) {
            return Float.compare(want, got) == 0 ? 0 : Double.MAX_VALUE;
        }
        double excess = Math.abs((double) got - want) - (atol + rtol * Math.abs(want));
        return Double.isNaN(excess) ? Double.MAX_VALUE : excess;
    }
}
