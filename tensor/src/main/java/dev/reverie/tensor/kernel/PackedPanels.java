package dev.reverie.tensor.kernel;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.StoredMatrix;
import java.util.Arrays;

/** {@link Panels} whose numbers keep the 8 or 16 bits that they have in their file. */
public final class PackedPanels extends WideningPanels {
    private static final int CACHE_LINE = 64;
    private static final int ARRAY_HEADER = 16;

    private static final int SUMS = 5; // scratch slot

    private final DType type;
    /** Numbers of 16 bits, or empty. */
    private final short[] halves;
    /** Numbers of 8 bits, or empty. */
    private final byte[] bytes;
    /** Index of the first number: see {@link Panels#FIRST}. */
    private final int first;
    /** A factor a column, for all columns of all panels; or one; or none. */
    private final float[] scales;

    private PackedPanels(DType type, int k, int n, float[] scales) {
        super(k, n);
        this.type = type;
        this.scales = scales.length > 1 ? Arrays.copyOf(scales, n + Tile.WIDTH) : scales;
        first = (CACHE_LINE - ARRAY_HEADER) * 8 / type.bits();
        int size = Math.addExact(first, Panels.floats(k, n) - Panels.FIRST);
        halves = new short[type.bits() == 16 ? size : 0];
        bytes = new byte[type.bits() == 8 ? size : 0];
    }

    /** Whether numbers of a type can be kept as they are. */
    public static boolean canHold(DType type) {
        return switch (type) {
            case F16, BF16, F8_E4M3, F8_E5M2, I8 -> true;
            default -> false;
        };
    }

    /** Packs a matrix {@code [n, k]} of a type that {@link #canHold}. */
    public static PackedPanels of(StoredMatrix matrix) {
        int n = matrix.shape().dim(0);
        int k = n == 0 ? 0 : matrix.shape().elementCount() / n;
        PackedPanels panels = new PackedPanels(matrix.dtype(), k, n, matrix.scales());
        Panels.eachPanel(k, n, (column, width, scratch) -> {
            for (int row = column; row < Math.min(n, column + width); row++) {
                panels.pack(matrix, row, panels.first + column * k + row - column, width);
            }
        });
        return panels;
    }

    /** Row {@code row} of the matrix goes to every {@code width}-th number from {@code to} on. */
    private void pack(StoredMatrix matrix, int row, int to, int width) {
        int k = k();
        long from = (long) row * k;
        if (type.bits() == 16) {
            short[] codes = new short[k];
            matrix.copy(from, codes, k);
            for (int i = 0; i < k; i++) {
                halves[to + i * width] = codes[i];
            }
        } else {
            byte[] codes = new byte[k];
            matrix.copy(from, codes, k);
            for (int i = 0; i < k; i++) {
                bytes[to + i * width] = codes[i];
            }
        }
    }

    @Override
    void widen(int column, int width, int from, int length, float[] to, int at, Scratch scratch) {
        int codes = first + column * k() + from * width;
        switch (type) {
            case F16 -> Widening.f16(length * width, halves, codes, to, at);
            case BF16 -> Widening.bf16(length * width, halves, codes, to, at);
            case F8_E4M3 -> Widening.e4m3(length * width, bytes, codes, to, at);
            case F8_E5M2 -> Widening.e5m2(length * width, bytes, codes, to, at);
            default -> Widening.i8(length * width, bytes, codes, to, at);
        }
        if (scales.length == 1) {
            Elementwise.scaleBlock(length * width, scales[0], to, at, to, at);
        } else if (scales.length > 1) {
            for (int i = 0; i < length; i++) {
                int row = at + i * width;
                Elementwise.multiplyBlock(width, to, row, scales, column, to, row);
            }
        }
    }

    /** For bfloat16 without scales: such a product waits for memory, which it then reads once and in half the bytes. */
    @Override
    public int multiplyRow(float[] a, int at, int from, int to, float[] c, int co, Scratch scratch) {
        int column = from;
        if (Lanes.VECTOR && type == DType.BF16 && scales.length == 0) {
            float[] sums = scratch.floats(SUMS, VectorHalves.FLOATS);
            for (; column + VectorHalves.FLOATS <= to; column += VectorHalves.FLOATS) {
                VectorHalves.bf16(k(), a, at, halves, first + column * k(), sums, c, co + column);
            }
        }
        return column;
    }
}
