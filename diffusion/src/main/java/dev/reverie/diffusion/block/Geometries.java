package dev.reverie.diffusion.block;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Window;

/** How the convolutions of these networks move over a map. */
public final class Geometries {
    /** One place. */
    public static final ConvGeometry POINT = same(1);

    /** 3 x 3, the size stays. */
    public static final ConvGeometry THREE = same(3);

    /** 3 x 3, every second place, padded at all edges. */
    public static final ConvGeometry HALVING = square(Window.of(3).withStride(2).withPadding(1));

    /** 3 x 3, every second place, padded at the lower and right edges only. */
    public static final ConvGeometry HALVING_PADDED_AFTER =
            square(Window.of(3).withStride(2).withPadding(0, 1));

    private Geometries() {}

    /** {@code kernel x kernel} for odd {@code kernel}, the size stays. */
    public static ConvGeometry same(int kernel) {
        return square(Window.same(kernel, 1));
    }

    private static ConvGeometry square(Window window) {
        return ConvGeometry.of(window, window);
    }
}
