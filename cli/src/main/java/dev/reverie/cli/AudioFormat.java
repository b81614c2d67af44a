package dev.reverie.cli;

/** Forms of sound files that can be written. */
enum AudioFormat {
    /** RIFF WAVE, 16 bits. */
    WAV
}
