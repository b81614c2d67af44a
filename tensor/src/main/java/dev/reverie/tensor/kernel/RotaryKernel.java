package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Rotary.Pairing;
import dev.reverie.tensor.Tensor;

/**
 * Rotation of pairs, cut by tokens: {@code y = fma(partner(x), sin, x cos)}, the product rounded before.
 *
 * <p>The vector twin does whole vectors and says how far it came; the scalar twin does the rest, or all.
 */
public final class RotaryKernel {
    /** Numbers of one piece of work. */
    private static final int BLOCK = 16384;

    private final Pairing pairing;
    private final Tensor cos;
    private final Tensor sin;
    private final int heads;

    /** Tables {@code [L or more, turned]}. */
    public RotaryKernel(Pairing pairing, Tensor cos, Tensor sin, int heads) {
        this.pairing = pairing;
        this.cos = cos;
        this.sin = sin;
        this.heads = heads;
    }

    /** {@code x, y [N, L, heads d]}. */
    public void apply(Tensor x, Tensor y) {
        int width = x.dim(2);
        int tokens = x.dim(0) * x.dim(1);
        int perPiece = Math.max(1, BLOCK / Math.max(1, width));
        Pool.run((tokens + perPiece - 1) / perPiece, (piece, scratch) -> {
            int end = Math.min(tokens, (piece + 1) * perPiece);
            for (int token = piece * perPiece; token < end; token++) {
                token(
                        token % x.dim(1) * cos.dim(1),
                        width / heads,
                        x.data(),
                        x.offset() + token * width,
                        y.data(),
                        y.offset() + token * width);
            }
        });
    }

    private void token(int table, int d, float[] x, int xo, float[] y, int yo) {
        int turned = cos.dim(1);
        for (int head = 0; head < heads; head++) {
            int from = xo + head * d;
            int to = yo + head * d;
            if (pairing == Pairing.NEIGHBOURS) {
                neighbours(turned, table, x, from, y, to);
            } else {
                int half = turned / 2;
                towards(half, table, x, from, from + half, y, to);
                towards(half, table + half, x, from + half, from, y, to + half);
            }
            System.arraycopy(x, from + turned, y, to + turned, d - turned);
        }
    }

    private void neighbours(int n, int table, float[] x, int xo, float[] y, int yo) {
        float[] c = cos.data();
        float[] s = sin.data();
        int done = Lanes.VECTOR ? VectorRotary.neighbours(n, c, s, table, x, xo, y, yo) : 0;
        ScalarRotary.neighbours(done, n, c, s, table, x, xo, y, yo);
    }

    private void towards(int n, int table, float[] x, int xo, int partner, float[] y, int yo) {
        float[] c = cos.data();
        float[] s = sin.data();
        int done = Lanes.VECTOR ? VectorRotary.towards(n, c, s, table, x, xo, partner, y, yo) : 0;
        ScalarRotary.towards(done, n, c, s, table, x, xo, partner, y, yo);
    }
}
