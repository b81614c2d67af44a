package dev.reverie.diffusion;

/** Told how a run goes on, in the thread of the run; what it throws ends the run. */
public interface StepListener {
    /** Asks nothing and listens to nothing. */
    StepListener NONE = step -> true;

    /**
     * Called after every step.
     *
     * @return whether to go on; false ends the run with a {@link java.util.concurrent.CancellationException}
     */
    boolean onStep(ImageStep step);

    /**
     * Called with each picture of a request as soon as it is done.
     *
     * @param index which picture of the request, from 0
     */
    default void onPicture(int index, Image picture) {}

    /** Asked many times within each step whether to go on. */
    default boolean goesOn() {
        return true;
    }
}
