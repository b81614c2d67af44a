package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a PNG file says of itself: its size, and its texts, such as what it was generated from. */
record PictureListing(Image picture) {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    static boolean isPng(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(SIGNATURE, in.readNBytes(SIGNATURE.length));
        }
    }

    void print(PrintStream out) {
        out.println("%d x %d pixels, %d channels".formatted(picture.width(), picture.height(), picture.channels()));
        picture.texts().forEach((key, text) -> {
            out.println(Faults.printable(key) + ":");
            Faults.printable(text).lines().forEach(line -> out.println("  " + line));
        });
        if (picture.texts().isEmpty()) {
            out.println("no texts: it does not say what it was generated from");
        }
    }

    void printJson(PrintStream out) {
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeNumberProperty("width", picture.width());
            json.writeNumberProperty("height", picture.height());
            json.writeNumberProperty("channels", picture.channels());
            json.writeObjectPropertyStart("texts");
            picture.texts().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
        out.println();
    }
}
