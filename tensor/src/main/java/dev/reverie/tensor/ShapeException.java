package dev.reverie.tensor;

/** An operation was given tensors whose shapes do not fit; the message names the operation and the shapes. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }

    static void require(boolean fits, String operation, String rule, Object... shapes) {
        if (!fits) {
            StringBuilder text =
                    new StringBuilder(operation).append(": ").append(rule).append("; got");
            for (Object shape : shapes) {
                text.append(' ').append(shape instanceof Tensor tensor ? tensor.shape() : shape);
            }
            throw new ShapeException(text.toString());
        }
    }
}
