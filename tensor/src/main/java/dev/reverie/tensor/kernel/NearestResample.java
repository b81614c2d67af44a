package dev.reverie.tensor.kernel;

/**
 * Nearest-neighbour resampling of all axes in one pass: place {@code i} of an axis of the output is place
 * {@code floor(i in / out)} of the input.
 *
 * <p>Without the Vector API: copying is all there is to do, and a copy by vectors was four times slower in a process that
 * had computed other things before (see {@link Gate} for how that comes).
 */
public final class NearestResample {
    /** Elements of one piece of work. */
    private static final int BLOCK = 16384;

    /** Elements that are copied from the first-level cache. */
    private static final int NEAR = 2048;

    /** Elements from which on {@link System#arraycopy} is faster than a loop. */
    private static final int LONG = 16;

    private final int[] in;
    private final int[] out;
    private final int channels;
    private final float[] x;
    private final int xo;
    private final float[] y;
    private final int yo;

    private NearestResample(int[] in, int[] out, int channels, float[] x, int xo, float[] y, int yo) {
        this.in = in;
        this.out = out;
        this.channels = channels;
        this.x = x;
        this.xo = xo;
        this.y = y;
        this.yo = yo;
    }

    /** {@code x [n, in.., channels] -> y [n, out.., channels]}; no axis is empty. */
    public static void apply(int n, int[] in, int[] out, int channels, float[] x, int xo, float[] y, int yo) {
        NearestResample resample = new NearestResample(in, out, channels, x, xo, y, yo);
        int rows = n * outerPlaces(out);
        int repeats = out.length == 1 ? 1 : Math.max(1, out[out.length - 2] / in[out.length - 2]);
        int perPiece = Math.max(1, BLOCK / Math.max(1, repeats * resample.rowLength())) * repeats;
        Pool.run(
                (rows + perPiece - 1) / perPiece,
                (piece, scratch) -> resample.rows(piece * perPiece, Math.min(rows, (piece + 1) * perPiece)));
    }

    private static int outerPlaces(int[] sizes) {
        int places = 1;
        for (int axis = 0; axis < sizes.length - 1; axis++) {
            places *= sizes[axis];
        }
        return places;
    }

    /** Floats of a row, the places of the last axis, of the output. */
    private int rowLength() {
        return out[out.length - 1] * channels;
    }

    /** Neighbouring rows that come from the same one are written together. */
    private void rows(int from, int end) {
        for (int row = from, next; row < end; row = next) {
            int source = sourceOf(row);
            next = row + 1;
            while (next < end && sourceOf(next) == source) {
                next++;
            }
            row(xo + source * in[in.length - 1] * channels, yo + row * rowLength(), next - row);
        }
    }

    /** The row of the input that a row of the output comes from. */
    private int sourceOf(int row) {
        int source = 0;
        int stride = 1;
        int rest = row;
        for (int axis = out.length - 2; axis >= 0; axis--) {
            int i = rest % out[axis];
            source += (int) ((long) i * in[axis] / out[axis]) * stride;
            stride *= in[axis];
            rest /= out[axis];
        }
        return source + rest * stride;
    }

    /** The places of {@code copies} equal rows, some at a time, which the others are copied from while they are near. */
    private void row(int from, int to, int copies) {
        int places = out[out.length - 1];
        int sources = in[in.length - 1];
        int some = Math.max(1, NEAR / Math.max(1, channels));
        int at = from;
        int rest = 0; // of i sources / places
        for (int first = 0; first < places; first += some) {
            int count = Math.min(some, places - first);
            int start = to + first * channels;
            for (int i = 0; i < count; i++) {
                copy(channels, x, at, y, start + i * channels);
                for (rest += sources; rest >= places; rest -= places) {
                    at += channels;
                }
            }
            for (int copy = 1; copy < copies; copy++) {
                System.arraycopy(y, start, y, start + copy * rowLength(), count * channels);
            }
        }
    }

    private static void copy(int n, float[] x, int from, float[] y, int to) {
        if (n >= LONG) {
            System.arraycopy(x, from, y, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            y[to + i] = x[from + i];
        }
    }
}
