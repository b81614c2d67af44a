package dev.reverie.cli;

import dev.reverie.tts.Speech;
import dev.reverie.tts.audio.WavFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the sound goes.
 *
 * @param file null for standard output
 */
record AudioTarget(@Nullable Path file) {
    private static final Path STANDARD_OUTPUT = Path.of("-");

    /**
     * Checks what can be checked before the work begins.
     *
     * @param named what the user named, to be written over if it is there; null for a new file in the current folder
     * @param format null if the file's ending decides
     */
    static AudioTarget of(@Nullable Path named, @Nullable AudioFormat format) throws IOException {
        if (named == null) {
            return new AudioTarget(OutputFile.fresh("speech", ".wav"));
        }
        if (named.equals(STANDARD_OUTPUT)) {
            return new AudioTarget(null);
        }
        if (format == null && !isWav(named)) {
            throw new IllegalArgumentException(
                    named + ": only WAV can be written; end the name in .wav, or say --format wav");
        }
        OutputFile.requireWritable(named);
        return new AudioTarget(named);
    }

    /** No ending counts as WAV too. */
    private static boolean isWav(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.lastIndexOf('.') <= 0 || name.endsWith(".wav") || name.endsWith(".wave");
    }

    boolean isStandardOutput() {
        return file == null;
    }

    /** Writes a whole file or leaves nothing. */
    void write(Speech speech, OutputStream standardOutput) throws IOException {
        if (file != null) {
            speech.writeWav(file);
            return;
        }
        WavFile.write(standardOutput, speech.samples(), speech.sampleRateHz());
        standardOutput.flush();
    }

    @Override
    public String toString() {
        return file == null ? "standard output" : file.toString();
    }
}
