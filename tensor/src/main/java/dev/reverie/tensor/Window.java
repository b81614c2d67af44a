package dev.reverie.tensor;

/**
 * How a convolution moves along one axis.
 *
 * @param kernel number of taps, at least 1
 * @param stride distance of two outputs in inputs (for transposed convolutions: of two inputs in outputs), at least 1
 * @param dilation distance of two taps in inputs, at least 1
 * @param padBefore elements added before the first, not negative
 * @param padAfter elements added after the last, not negative
 */
public record Window(int kernel, int stride, int dilation, int padBefore, int padAfter) {
    public Window {
        if (kernel < 1 || stride < 1 || dilation < 1 || padBefore < 0 || padAfter < 0) {
            throw new IllegalArgumentException(
                    "kernel %d, stride %d, dilation %d must be 1 or more, padding %d, %d not negative"
                            .formatted(kernel, stride, dilation, padBefore, padAfter));
        }
    }

    /** Stride 1, no dilation, no padding. */
    public static Window of(int kernel) {
        return new Window(kernel, 1, 1, 0, 0);
    }

    /** Stride 1 and the padding that keeps the length, for odd {@code kernel}. */
    public static Window same(int kernel, int dilation) {
        int pad = (kernel - 1) * dilation / 2;
        return new Window(kernel, 1, dilation, pad, pad);
    }

    public Window withStride(int stride) {
        return new Window(kernel, stride, dilation, padBefore, padAfter);
    }

    public Window withDilation(int dilation) {
        return new Window(kernel, stride, dilation, padBefore, padAfter);
    }

    public Window withPadding(int before, int after) {
        return new Window(kernel, stride, dilation, before, after);
    }

    public Window withPadding(int pad) {
        return withPadding(pad, pad);
    }

    /** Length of a convolution's output for {@code length} inputs; 0 or less if they are too few. */
    public int outputLength(int length) {
        int room = length + padBefore + padAfter - (dilation * (kernel - 1) + 1);
        return room < 0 ? 0 : room / stride + 1;
    }

    /** Length of a transposed convolution's output. */
    public int transposedLength(int length, int outputPadding) {
        return (length - 1) * stride - padBefore - padAfter + dilation * (kernel - 1) + outputPadding + 1;
    }
}
