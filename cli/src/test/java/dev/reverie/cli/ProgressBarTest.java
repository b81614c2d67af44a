package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private static String drawn(boolean interactive, double... steps) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(stream, stream, InputStream.nullInputStream(), interactive);
        try (ProgressBar bar = new ProgressBar(terminal)) {
            for (double step : steps) {
                bar.onProgress(step);
            }
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isSilentWhereNobodyWatches() {
        assertEquals("", drawn(false, 0, 0.5, 1));
    }

    @Test
    void drawsEachPercentOnceAndGoesAway() {
        String half = "\r[" + "#".repeat(15) + " ".repeat(15) + "] 50 %";
        assertEquals(half + "\r\u001b[K", drawn(true, 0.5, 0.505));
    }
}
