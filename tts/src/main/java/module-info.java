/** Text to speech. */
module dev.reverie.tts {
    requires transitive dev.reverie.nn;
    requires static transitive org.jspecify;

    exports dev.reverie.tts;
    exports dev.reverie.tts.audio;
    exports dev.reverie.tts.g2p;
    exports dev.reverie.tts.kokoro;
}
