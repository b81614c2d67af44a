package dev.reverie.cli;

import dev.reverie.tensor.ShapeException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Says in one sentence what went wrong. */
final class Faults {
    private static final String PICOCLI = "Error: ";

    private Faults() {}

    /** Whether the command line asks for something that cannot be, such as a speed of 0. */
    static boolean isWrongUse(Throwable fault) {
        return fault instanceof ParameterException
                || (fault instanceof IllegalArgumentException && !(fault instanceof ShapeException));
    }

    /** For standard error; control characters that a file's names brought along are gone. */
    static String sentence(Throwable fault) {
        return printable(
                switch (fault) {
                    case NoSuchFileException e -> e.getFile() + ": there is no such file or folder";
                    case AccessDeniedException e -> e.getFile() + ": permission denied";
                    case NotDirectoryException e -> e.getFile() + ": not a folder";
                    case FileSystemException e ->
                        e.getFile() + ": " + Objects.requireNonNullElse(e.getReason(), "cannot be used");
                    case UncheckedIOException e -> sentence(Objects.requireNonNull(e.getCause()));
                    case MissingParameterException e -> withoutPrefix(String.valueOf(e.getMessage()));
                    case OutOfMemoryError e ->
                        "not enough memory; with JDK_JAVA_OPTIONS=-Xmx4g in the environment it gets 4 GB";
                    case CancellationException e -> "stopped";
                    default -> {
                        String message = fault.getMessage();
                        yield message == null ? "an error without a message, " + fault : message;
                    }
                });
    }

    /** Of options that stand behind another one, picocli says so with a word too many. */
    private static String withoutPrefix(String message) {
        return message.startsWith(PICOCLI) ? message.substring(PICOCLI.length()) : message;
    }

    /** Replaces control characters, but line feeds: a name in a hostile file must not steer the terminal. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> printable.appendCodePoint(c == '\n' || !Character.isISOControl(c) ? c : '\uFFFD'));
        return printable.toString();
    }
}
