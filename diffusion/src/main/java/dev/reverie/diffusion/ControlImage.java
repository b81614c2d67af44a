package dev.reverie.diffusion;

/**
 * A picture that a ControlNet or T2I-Adapter looks at: edges, a pose, a depth map, as the network was trained with.
 *
 * @param image resized to the request's size
 * @param scale how much it counts, 1 as it was trained
 * @param from part of the steps after which it counts, 0 .. 1
 * @param to part of the steps after which it counts no more
 * @param guessMode whether the network guesses what is to be seen, without a prompt; for ControlNets
 */
public record ControlImage(Image image, double scale, double from, double to, boolean guessMode) {
    public ControlImage {
        if (!(Math.abs(scale) <= 100)) {
            throw new IllegalArgumentException("control scale %s: it must be a number".formatted(scale));
        }
        if (!(from >= 0 && from < to && to <= 1)) {
            throw new IllegalArgumentException(
                    "control from %s to %s of the steps: these must be ascending in 0 .. 1".formatted(from, to));
        }
    }

    /** In all steps, with a scale of 1. */
    public static ControlImage of(Image image) {
        return new ControlImage(image, 1, 0, 1, false);
    }

    public ControlImage withScale(double value) {
        return new ControlImage(image, value, from, to, guessMode);
    }

    /** The same, counting in that part of the steps only: 0 .. 1, the first step to the last. */
    public ControlImage withSteps(double newFrom, double newTo) {
        return new ControlImage(image, scale, newFrom, newTo, guessMode);
    }

    public ControlImage withGuessMode(boolean value) {
        return new ControlImage(image, scale, from, to, value);
    }
}
