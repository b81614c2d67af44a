package dev.reverie.diffusion;

/** The model was closed while it was used, or before. */
public final class ClosedModelException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public ClosedModelException() {
        super("the model is closed");
    }
}
