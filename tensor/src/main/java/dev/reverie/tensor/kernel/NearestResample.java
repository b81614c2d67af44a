package dev.reverie.tensor.kernel;

/**
 * Nearest-neighbour resampling of all axes in one pass: place {@code i} of an axis of the output is place
 * {@code floor(i in / out)} of the input.
 */
public final class NearestResample {
    /** Elements of one piece of work. */
    private static final int BLOCK = 16384;

    private final int[] in;
    private final int[] out;
    /** Elements of one place of each axis. */
    private final int[] inStride;

    private final int[] outStride;
    private final float[] x;
    private final float[] y;

    private NearestResample(int[] in, int[] out, int channels, float[] x, float[] y) {
        this.in = in;
        this.out = out;
        this.x = x;
        this.y = y;
        inStride = strides(in, channels);
        outStride = strides(out, channels);
    }

    private static int[] strides(int[] sizes, int channels) {
        int[] strides = new int[sizes.length];
        int stride = channels;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= sizes[axis];
        }
        return strides;
    }

    /** {@code x [n, in.., channels] -> y [n, out.., channels]}; no axis is empty. */
    public static void apply(int n, int[] in, int[] out, int channels, float[] x, int xo, float[] y, int yo) {
        NearestResample resample = new NearestResample(in, out, channels, x, y);
        int total = n * in[0];
        int outputs = Math.max(1, out[0] / in[0]) * resample.outStride[0]; // elements, of one place of the input
        int perPiece = Math.max(1, BLOCK / Math.max(1, outputs));
        Pool.run((total + perPiece - 1) / perPiece, (piece, scratch) -> {
            for (int i = piece * perPiece; i < Math.min(total, (piece + 1) * perPiece); i++) {
                int to = yo + i / in[0] * out[0] * resample.outStride[0];
                resample.place(0, i % in[0], xo + i * resample.inStride[0], to);
            }
        });
    }

    /** Fills the places of the output's axis that come from place {@code i}; {@code to} is where the axis begins. */
    private void place(int axis, int i, int from, int to) {
        int stride = outStride[axis];
        int first = to + firstFrom(axis, i) * stride;
        int end = to + firstFrom(axis, i + 1) * stride;
        if (axis == in.length - 1) {
            for (int at = first; at < end; at += stride) {
                Elementwise.copyBlock(stride, x, from, y, at);
            }
            return;
        }
        for (int j = 0; j < in[axis + 1]; j++) { // outside, so that a place is written to all repeats while it is near
            for (int at = first; at < end; at += stride) {
                place(axis + 1, j, from + j * inStride[axis + 1], at);
            }
        }
    }

    /** The first place of the output that comes from place {@code i} or a later one. */
    private int firstFrom(int axis, int i) {
        return (int) (((long) i * out[axis] + in[axis] - 1) / in[axis]);
    }
}
