package dev.reverie.cli;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file and how much it counts: {@code style.safetensors:0.7}. Where the name itself ends so, the scale must be said. */
record ScaledFile(Path path, double scale) {
    private static final Pattern FORM = Pattern.compile("(.+?)(?::(-?\\d+(?:\\.\\d+)?))?");

    static ScaledFile parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("\"" + text + "\" names no file");
        }
        return new ScaledFile(
                Path.of(matcher.group(1)), matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2)));
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<ScaledFile> {
        @Override
        public ScaledFile convert(String text) {
            return parse(text);
        }
    }
}
