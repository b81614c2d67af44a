package dev.reverie.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it could not be written; a {@link java.io.PrintStream} only that it could not. */
final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private @Nullable IOException fault;

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    static StandardOutput ofProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            fault = e;
            throw e;
        }
    }

    /** Whether something was not written. */
    boolean failed() {
        return fault != null;
    }

    /** What to say of it; null if all was written, or who reads has left, as {@code head} does. */
    @Nullable
    String complaint() {
        String reason = fault == null ? null : Objects.requireNonNullElse(fault.getMessage(), "cannot be written");
        return reason == null || reason.equals("Broken pipe") ? null : "standard output: " + reason;
    }
}
