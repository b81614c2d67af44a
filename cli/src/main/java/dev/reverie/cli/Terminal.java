package dev.reverie.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command reads from and writes to.
 *
 * @param interactive whether a person watches {@code err}, so that a line may be drawn over and over
 */
record Terminal(PrintStream out, PrintStream err, InputStream in, boolean interactive) {
    /** Set by the launcher, which can ask the system; Java cannot for standard error. */
    static final String INTERACTIVE = "reverie.terminal";

    /** The streams of this process, in UTF-8 whatever the locale. */
    static Terminal ofProcess(StandardOutput out) {
        return new Terminal(
                utf8(out), utf8(new FileOutputStream(FileDescriptor.err)), System.in, Boolean.getBoolean(INTERACTIVE));
    }

    private static PrintStream utf8(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
