package dev.reverie.tensor.kernel;

/**
 * The filters of a {@link LineConvolution}, and what is done with one piece's lines: {@code out} numbers a place, of which
 * each is a chain over taps of the numbers at its own place in (spread) inputs.
 */
final class LineFilter {
    /** Lines, or parts of lines, that a vector of filters is loaded once for. */
    static final int LINES = 6;

    /** Outputs that a part of a line has at least, if there are so many: a vector of any width is full. */
    static final int LEAST = 16;

    /** With so many channels, single places fill vectors well enough, and more of them begin with the same channel. */
    private static final int MANY = 64;

    /** Floats that a spread input is written with, so many that it may write too far. */
    private static final int SLACK = 4;

    /** Inputs of a group. */
    final int inputs;

    private final int outputs;
    private final int out;
    /** {@code [taps][inputs][pitch]}: channels, and the first again, so that a vector may begin with any of them. */
    private final float[] filters;

    private final int pitch;

    /** Places of a part of a line: whole vectors of any width. */
    private final int part;

    /** @param values {@code [out][taps][inputs]} */
    LineFilter(int inputs, int outputs, int out, float[] values) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.out = out;
        pitch = out + LEAST - 1;
        part = out >= MANY ? 1 : LEAST / Math.min(LEAST, Integer.lowestOneBit(out));
        int k = values.length / Math.max(1, out);
        filters = new float[k * pitch];
        for (int i = 0; i < filters.length; i++) {
            filters[i] = values[i % pitch % out * k + i / pitch];
        }
    }

    boolean isDepthwise() {
        return inputs == 1 && outputs == 1;
    }

    /** Floats that {@code floats} of the inputs become in each copy. */
    int floatsOfCopy(int floats) {
        return floats / inputs * outputs;
    }

    /** Floats of all copies. */
    int floatsOfCopies(int floats) {
        return inputs * distance(floats);
    }

    private int distance(int floats) {
        return floatsOfCopy(floats) + SLACK;
    }

    /** Taps of all channels of a group, when {@code taps} are those of the first. */
    int[] taps(int[] taps, int floats) {
        int[] all = new int[taps.length * inputs];
        for (int i = 0; i < all.length; i++) {
            all[i] = taps[i / inputs] + i % inputs * distance(floats);
        }
        return all;
    }

    /**
     * Copies {@code floats} from {@code a[from]} on, {@code [][inputs]}, to {@code to [inputs][][outputs]}.
     *
     * @param most floats that there is room for
     */
    void spread(float[] a, int from, int floats, float[] to, int most) {
        int count = floats / inputs;
        for (int i = 0; i < inputs; i++) {
            int at = i * distance(most);
            if (Lanes.VECTOR) {
                VectorLines.spread(count, a, from + i, inputs, to, at, outputs);
            } else {
                for (int j = 0; j < count * outputs; j++) {
                    to[at + j] = a[from + i + j / outputs * inputs];
                }
            }
        }
    }

    /**
     * Computes lines of {@code places} places.
     *
     * @param epilogue of a line's columns
     */
    void run(Rows lines, int places, int[] taps, Epilogue epilogue) {
        int own = Math.min(part, places);
        int parts = (places + own - 1) / own;
        int count = lines.count() * parts;
        int[] from = new int[LINES];
        int[] to = new int[LINES];
        for (int first = 0; first < count; first += LINES) {
            for (int i = 0; i < LINES; i++) { // the last again where fewer are left
                int index = Math.min(first + i, count - 1);
                int skip = Math.min(index % parts * own, places - own) * out;
                from[i] = lines.from[index / parts] + skip;
                to[i] = lines.to[index / parts] + skip;
            }
            six(lines.a, from, taps, own * out, lines.c, to);
        }
        for (int r = 0; r < lines.count(); r += LINES) {
            epilogue.apply(lines.c, lines.to, r, Math.min(LINES, lines.count() - r), 0, places * out);
        }
    }

    /** Six parts of lines. Their last vector may overlap the one before. */
    private void six(float[] a, int[] from, int[] taps, int length, float[] c, int[] to) {
        if (!Lanes.VECTOR || length < Lanes.COUNT) {
            for (int i = 0; i < LINES; i++) {
                one(a, from[i], taps, length, c, to[i]);
            }
            return;
        }
        for (int i = 0; i < length; i += Lanes.COUNT) {
            int at = Math.min(i, length - Lanes.COUNT);
            VectorLines.six(a, from, taps, at, filters, at % out, pitch, c, to);
        }
    }

    /** The scalar twin of one part. */
    private void one(float[] a, int from, int[] taps, int length, float[] c, int to) {
        for (int i = 0; i < length; i++) {
            float sum = 0f;
            for (int tap = 0; tap < taps.length; tap++) {
                sum = Math.fma(a[from + taps[tap] + i], filters[tap * pitch + i % out], sum);
            }
            c[to + i] = sum;
        }
    }
}
