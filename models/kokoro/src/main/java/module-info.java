/** Kokoro-82M as a Maven artifact: weights of eight bits and 54 voices. */
module dev.reverie.models.kokoro {
    requires transitive dev.reverie.tts;
    requires static org.jspecify;

    exports dev.reverie.models.kokoro;
}
