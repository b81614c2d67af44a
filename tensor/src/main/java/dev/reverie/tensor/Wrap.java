package dev.reverie.tensor;

/**
 * Axes along which maps {@code [.., H, W, C]} are rings: a convolution goes on at the opposite edge, in place of what its
 * padding says. What is drawn so can be laid side by side without a seam.
 */
public enum Wrap {
    NONE,
    /** Left and right edge meet. */
    X,
    /** Top and bottom edge meet. */
    Y,
    BOTH;

    /** Whether left and right edge meet. */
    public boolean x() {
        return this == X || this == BOTH;
    }

    /** Whether top and bottom edge meet. */
    public boolean y() {
        return this == Y || this == BOTH;
    }
}
