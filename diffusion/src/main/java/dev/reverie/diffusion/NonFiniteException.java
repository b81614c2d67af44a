package dev.reverie.diffusion;

/** A model computed NaN or infinity: its weights are damaged, or its numbers grew too large. */
public final class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    /** At a place such as {@code after step 3}. */
    public NonFiniteException(String where) {
        super("the model's numbers are not finite %s: its weights are damaged, or the guidance scale is too large"
                .formatted(where));
    }
}
