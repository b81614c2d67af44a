package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;
import org.jspecify.annotations.Nullable;

/** What a product meets before it leaves the cache: the bias of its column, then a residual, then a function. */
public final class Epilogue {
    /** Nothing. */
    public static final Epilogue NONE = new Epilogue(null, 0, null, 0);

    private final float @Nullable [] bias;
    private final int biasAt;
    private final float @Nullable [] residual;
    private final int residualShift;
    private final @Nullable Activation function;

    /**
     * A bias, a residual, both or none.
     *
     * @param bias one value a column, from {@code biasAt} on, or null
     * @param residual an array that lies like the result, or null
     * @param residualShift where it lies, relative to the result
     */
    public Epilogue(float @Nullable [] bias, int biasAt, float @Nullable [] residual, int residualShift) {
        this(bias, biasAt, residual, residualShift, null);
    }

    private Epilogue(
            float @Nullable [] bias,
            int biasAt,
            float @Nullable [] residual,
            int residualShift,
            @Nullable Activation function) {
        this.bias = bias;
        this.biasAt = biasAt;
        this.residual = residual;
        this.residualShift = residualShift;
        this.function = function;
    }

    /** The same and then a function. */
    public Epilogue then(Activation next) {
        return new Epilogue(bias, biasAt, residual, residualShift, next);
    }

    /** The same for columns from {@code column} on. */
    Epilogue from(int column) {
        return new Epilogue(bias, biasAt + column, residual, residualShift, function);
    }

    /** The same for {@code times} results of {@code n} columns that lie side by side. */
    Epilogue repeated(int n, int times) {
        if (bias == null) {
            return this;
        }
        float[] all = new float[n * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bias, biasAt, all, i * n, n);
        }
        return new Epilogue(all, 0, residual, residualShift, function);
    }

    /** Applies to {@code n} columns of one row, which begin with {@code column} and lie at {@code c[at]}. */
    void apply(float[] c, int at, int column, int n) {
        if (bias != null && residual != null) {
            add(n, bias, biasAt + column, residual, at + residualShift, c, at);
        } else if (bias != null) {
            add(n, bias, biasAt + column, c, at);
        } else if (residual != null) {
            add(n, residual, at + residualShift, c, at);
        }
        if (function != null) {
            Elementwise.activateBlock(function, n, c, at, c, at);
        }
    }

    /** Applies to {@code n} columns of {@code count} rows, which lie where {@code to} says from {@code r} on. */
    void apply(float[] c, int[] to, int r, int count, int column, int n) {
        if (Lanes.VECTOR && count == Tile.ROWS && bias != null && residual == null && function == null) {
            int done = VectorEpilogue.addToSix(n, bias, biasAt + column, c, to, r, column);
            for (int row = r; row < r + count; row++) {
                add(n - done, bias, biasAt + column + done, c, to[row] + column + done);
            }
            return;
        }
        for (int row = r; row < r + count; row++) {
            apply(c, to[row] + column, column, n);
        }
    }

    private static void add(int n, float[] x, int xo, float[] c, int at) {
        int done = Lanes.VECTOR ? VectorEpilogue.add(n, x, xo, c, at) : 0;
        for (int i = done; i < n; i++) {
            c[at + i] += x[xo + i];
        }
    }

    private static void add(int n, float[] x, int xo, float[] y, int yo, float[] c, int at) {
        int done = Lanes.VECTOR ? VectorEpilogue.add(n, x, xo, y, yo, c, at) : 0;
        for (int i = done; i < n; i++) {
            c[at + i] = c[at + i] + x[xo + i] + y[yo + i];
        }
    }
}
