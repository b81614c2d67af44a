package dev.reverie.tts;

import dev.reverie.tts.audio.WavFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Spoken text.
 *
 * @param samples mono, full scale is 1; what is louder, which is rare, a file cuts. Shared, not copied
 * @param sampleRateHz samples a second
 * @param words when each word is spoken, in order
 */
public record Speech(float[] samples, int sampleRateHz, List<Word> words) {
    public Speech {
        words = List.copyOf(words);
    }

    /**
     * A word and its time.
     *
     * @param text as it stands in the request
     * @param start first char in the request's text
     * @param end the char after its last
     * @param startSeconds when it begins
     * @param endSeconds when it ends
     */
    public record Word(String text, int start, int end, double startSeconds, double endSeconds) {}

    /** Length of the sound. */
    public double seconds() {
        return (double) samples.length / sampleRateHz;
    }

    /**
     * Writes a WAV file of 16 bits; an existing file is replaced at the end, whole.
     *
     * @throws IOException if it cannot be written; then nothing is left behind
     */
    public void writeWav(Path file) throws IOException {
        WavFile.write(file, samples, sampleRateHz);
    }
}
