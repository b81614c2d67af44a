package dev.reverie.tensor;

import java.util.List;

/**
 * The fixed part of a convolution over one, two or three axes.
 *
 * @param axes one window an axis, outermost first
 * @param padMode what stands beyond the edges
 * @param groups independent groups of channels
 */
public record ConvGeometry(List<Window> axes, PadMode padMode, int groups) {
    /** What a convolution reads beyond the edges of its input. */
    public enum PadMode {
        ZEROS,
        /** The element at the edge. */
        REPLICATE,
        /** Mirrored without repeating the edge; the padding must be smaller than the axis. */
        REFLECT,
        /** The element as far from the opposite edge: the axis is a ring. */
        CIRCULAR
    }

    public ConvGeometry {
        axes = List.copyOf(axes);
        if (axes.isEmpty() || axes.size() > 3 || groups < 1) {
            throw new IllegalArgumentException(
                    "%d axes and %d groups; 1 to 3 and 1 or more are possible".formatted(axes.size(), groups));
        }
    }

    public static ConvGeometry of(Window... axes) {
        return new ConvGeometry(List.of(axes), PadMode.ZEROS, 1);
    }

    public ConvGeometry withGroups(int groups) {
        return new ConvGeometry(axes, padMode, groups);
    }

    public ConvGeometry withPadMode(PadMode mode) {
        return new ConvGeometry(axes, mode, groups);
    }

    /** Number of taps of all axes together. */
    public int taps() {
        return axes.stream().mapToInt(Window::kernel).reduce(1, Math::multiplyExact);
    }
}
