package dev.reverie.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A network and a picture for it: {@code canny=edges.png:0.8}. */
record NetAndPicture(Path net, ScaledFile picture) {
    static NetAndPicture parse(String text) {
        int equals = separator(text);
        if (equals <= 0 || equals == text.length() - 1) {
            throw new TypeConversionException(
                    text + ": say the network, = and the picture, such as canny=edges.png:0.8");
        }
        return new NetAndPicture(Path.of(text.substring(0, equals)), ScaledFile.parse(text.substring(equals + 1)));
    }

    /** The first = behind something that is there, for names may have one too; else the first of all. */
    private static int separator(String text) {
        for (int at = text.indexOf('='); at > 0; at = text.indexOf('=', at + 1)) {
            if (Files.exists(Path.of(text.substring(0, at)))) {
                return at;
            }
        }
        return text.indexOf('=');
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<NetAndPicture> {
        @Override
        public NetAndPicture convert(String text) {
            return parse(text);
        }
    }
}
