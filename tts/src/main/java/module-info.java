/** Text to speech. */
module dev.reverie.tts {
    requires transitive dev.reverie.nn;
    requires static transitive org.jspecify;

    exports dev.reverie.tts.kokoro;
}
