package dev.reverie.tts;

/** Hears how far a reading is, and may end it. Called in the thread that called {@link SpeechModel#speak}. */
public interface SpeechListener {
    /** Hears nothing and goes on. */
    SpeechListener NONE = new SpeechListener() {};

    /**
     * Called at every step.
     *
     * @param done part of the work that is done, 0 to 1
     * @return whether to go on; false ends the reading with a {@link java.util.concurrent.CancellationException}
     */
    default boolean onProgress(double done) {
        return true;
    }

    /**
     * Called with each passage when it is spoken, its words timed from its own beginning; joined in order they are the
     * whole speech.
     */
    default void onPassage(Speech passage) {}
}
