package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.RotaryKernel;

/**
 * Rotation of pairs of numbers by the angle that their token and their place in the head have (rotary position
 * embedding, Su et al., arXiv 2104.09864).
 *
 * <p>Holds cosines and sines, one of each for every number that is turned, so that both pairings are one formula:
 * {@code y = x cos + partner(x) sin}, the sine negative for the first of a pair. Immutable.
 */
public final class Rotary {
    /** Which two numbers of a head make a pair. */
    public enum Pairing {
        /** 2i and 2i + 1: Flux, Wan, HunyuanVideo, LTX. */
        NEIGHBOURS,
        /** i and i + half: Llama ({@code rotate_half} of huggingface/transformers). */
        HALVES
    }

    private final Pairing pairing;
    private final Tensor cos;
    private final Tensor sin;

    private Rotary(Pairing pairing, Tensor cos, Tensor sin) {
        this.pairing = pairing;
        this.cos = cos;
        this.sin = sin;
    }

    /**
     * Tables of angles, by {@link StrictMath} and rounded once.
     *
     * @param angles {@code [L][pairs]}, in radians; {@code 2 pairs} numbers at the beginning of each head are turned
     */
    public static Rotary of(Pairing pairing, double[][] angles) {
        int length = angles.length;
        int pairs = length == 0 ? 0 : angles[0].length;
        Tensor cos = Tensor.zeros(Shape.of(length, 2 * pairs));
        Tensor sin = Tensor.zeros(cos.shape());
        for (int row = 0; row < length; row++) {
            require(angles[row].length == pairs, "rotary", "rows of equal length", pairs, angles[row].length);
            for (int pair = 0; pair < pairs; pair++) {
                int first = row * 2 * pairs + (pairing == Pairing.HALVES ? pair : 2 * pair);
                int second = first + (pairing == Pairing.HALVES ? pairs : 1);
                cos.data()[first] = cos.data()[second] = (float) StrictMath.cos(angles[row][pair]);
                sin.data()[second] = (float) StrictMath.sin(angles[row][pair]);
                sin.data()[first] = -sin.data()[second];
            }
        }
        return new Rotary(pairing, cos, sin);
    }

    /** Number of tokens that the tables have. */
    public int length() {
        return cos.dim(0);
    }

    /**
     * Turns each head of each token.
     *
     * @param x {@code [N, L, heads d]}, where L is at most {@link #length()} and d at least the numbers that are turned;
     *     the others of a head stay
     * @return the same shape
     */
    public Tensor apply(Frame frame, Tensor x, int heads) {
        require(
                x.shape().rank() == 3 && x.dim(1) <= length(),
                "rotary",
                "x [N, up to %d, heads d]".formatted(length()),
                x);
        require(
                heads > 0 && x.dim(2) % heads == 0 && x.dim(2) / heads >= cos.dim(1),
                "rotary",
                "%d heads of %d or more".formatted(heads, cos.dim(1)),
                x);
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            new RotaryKernel(pairing, cos, sin, heads).apply(x, y);
        }
        return y;
    }
}
