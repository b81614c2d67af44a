/** Reverie's tts. */
module dev.reverie.tts {
    requires transitive dev.reverie.nn;
    requires static transitive org.jspecify;
}
