package dev.reverie.cli;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file and how much it counts: {@code style.safetensors:0.7}. */
record Scaled(Path path, double scale) {
    private static final Pattern FORM = Pattern.compile("(.+?)(?::(-?\\d+(?:\\.\\d+)?))?");

    static Scaled parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" names no file");
        }
        return new Scaled(
                Path.of(matcher.group(1)), matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2)));
    }
}
