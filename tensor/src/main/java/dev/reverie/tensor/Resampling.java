package dev.reverie.tensor;

/** Changes of length and size. */
public final class Resampling {
    private Resampling() {}

    /** Repeats each element of each axis between the first and the last: {@code [N, T, C] -> [N, factor T, C]}. */
    public static Tensor nearest(Frame frame, Tensor x, int factor) {
        int channels = x.dim(-1);
        Tensor y = frame.tensor(x.shape().with(1, factor * x.dim(1)));
        if (!frame.isMeasuring()) {
            for (int row = 0; row < x.shape().rows() * factor; row++) {
                System.arraycopy(
                        x.data(),
                        x.offset() + row / factor * channels,
                        y.data(),
                        y.offset() + row * channels,
                        channels);
            }
        }
        return y;
    }
}
