package dev.reverie.tensor.io;

import java.io.IOException;
import java.util.Locale;

/**
 * A model's file breaks a rule of its format, or does not hold what the model asks for.
 *
 * <p>The message names file, tensor and rule: {@code fox.safetensors: tensor "unet.conv_in.weight" ends at byte 9,000,
 * the file at 8,192}.
 */
public final class CheckpointException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Longest part of a name from a file that a message repeats, in characters. */
    private static final int QUOTED_LENGTH = 200;

    public CheckpointException(String message) {
        super(message);
    }

    /** A fault of a whole file; {@code rule} is a format of {@link String#format}. */
    public static CheckpointException inFile(String file, String rule, Object... values) {
        return new CheckpointException(file + ": " + text(rule, values));
    }

    /** A fault of one tensor; {@code rule} is a format of {@link String#format}. */
    public static CheckpointException inTensor(String file, String tensor, String rule, Object... values) {
        return inFile(file, "%s", "tensor " + quoted(tensor) + " " + text(rule, values));
    }

    /** This exception, with the one that led to it. */
    public CheckpointException because(Throwable cause) {
        initCause(cause);
        return this;
    }

    /** The same digits in every locale. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** A name from a file, in quotes, cut and with control characters escaped: it may be hostile. */
    static String quoted(String name) {
        StringBuilder text = new StringBuilder("\"");
        String head = name.length() <= QUOTED_LENGTH ? name : name.substring(0, QUOTED_LENGTH) + "..";
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            text.append(Character.isISOControl(c) || Character.isSurrogate(c) ? text("\\u%04x", (int) c) : c);
        }
        return text.append('"').toString();
    }
}
