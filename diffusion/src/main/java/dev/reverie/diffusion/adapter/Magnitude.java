package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/**
 * Lengths that rows or columns of a changed weight get (DoRA, Liu et al., arXiv 2402.09353).
 *
 * @param lengths one for each row or column
 * @param ofRows of the rows, which is axis 0 of a weight {@code [out, in, kernel..]}; or of axis 1
 */
record Magnitude(Tensor lengths, boolean ofRows) {

    /** Of {@code dora_scale}: {@code [out, 1..]} or {@code [1, in, 1..]}; one axis is that of the rows. */
    static Magnitude of(Tensor lengths) {
        Shape shape = lengths.shape();
        return new Magnitude(lengths, shape.rank() < 2 || shape.dim(0) == lengths.elementCount());
    }

    boolean fits(Shape weight) {
        int axis = ofRows ? 0 : 1;
        return weight.rank() > axis && lengths.elementCount() == weight.dim(axis);
    }

    /** Gives the rows or columns of {@code x [out, in, kernel..]} their lengths; zeros stay zeros. */
    void applyTo(Tensor x) {
        int groups = lengths.elementCount();
        int inner = x.shape().product(ofRows ? 1 : 2, x.shape().rank());
        double[] squares = new double[groups];
        for (int i = 0; i < x.elementCount(); i++) {
            squares[i / inner % groups] += (double) x.get(i) * x.get(i);
        }
        for (int i = 0; i < x.elementCount(); i++) {
            double square = squares[i / inner % groups];
            double factor = square == 0 ? 0 : lengths.get(i / inner % groups) / Math.sqrt(square);
            x.data()[x.offset() + i] = (float) (x.get(i) * factor);
        }
    }
}
