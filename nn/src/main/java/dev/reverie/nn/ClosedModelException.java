package dev.reverie.nn;

/** A model was used after it was closed, or closed while it was used. */
public final class ClosedModelException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public ClosedModelException() {
        super("the model is closed");
    }
}
