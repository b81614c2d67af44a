package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private static StandardOutput after(String reason) {
        StandardOutput output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        });
        new PrintStream(output, true, StandardCharsets.UTF_8).println("a line");
        return output;
    }

    @Test
    void aFullDiskIsSaid() {
        StandardOutput output = after("No space left on device");
        assertTrue(output.failed());
        assertEquals("standard output: No space left on device", output.complaint());
    }

    @Test
    void aReaderThatLeftIsAFailureWithoutWords() {
        StandardOutput output = after("Broken pipe");
        assertTrue(output.failed());
        assertNull(output.complaint());
    }

    @Test
    void nothingIsSaidOfWhatWasWritten() {
        StandardOutput output = new StandardOutput(OutputStream.nullOutputStream());
        new PrintStream(output, true, StandardCharsets.UTF_8).println("a line");
        assertFalse(output.failed());
        assertNull(output.complaint());
    }
}
