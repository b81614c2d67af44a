package dev.reverie.tts.g2p;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.WeightScope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads the tables beside this class. */
final class G2pData {
    private static final int BUFFER = 1 << 16;

    private G2pData() {}

    /** Bytes of a resource, unpacked if its name ends in {@code .gz}. */
    static byte[] bytes(String name) {
        try (InputStream in = G2pData.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource dev/reverie/tts/g2p/" + name + " is missing");
            }
            return name.endsWith(".gz") ? new GZIPInputStream(in, BUFFER).readAllBytes() : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource dev/reverie/tts/g2p/" + name + " is damaged", e);
        }
    }

    /** The lines of a text. */
    static List<String> lines(String name) {
        return List.of(new String(bytes(name), StandardCharsets.UTF_8).split("\n"));
    }

    /** Lines of fields with a TAB between; {@code \t \n \s \\} inside a field are undone. */
    static List<String[]> rows(String name) {
        List<String[]> rows = new ArrayList<>();
        for (String line : lines(name)) {
            String[] fields = line.split("\t", -1);
            for (int i = 0; i < fields.length; i++) {
                fields[i] = unescape(fields[i]);
            }
            rows.add(fields);
        }
        return rows;
    }

    /** What a network is made from: its configuration and its weights. */
    interface Assembly<T> {
        T assemble(Json config, WeightScope weights) throws IOException;
    }

    /** Makes a network from {@code config.json} and {@code model.safetensors} of a folder. */
    static <T> T load(String folder, Assembly<T> assembly) {
        String weights = folder + "/model.safetensors";
        String config = folder + "/config.json";
        try (Checkpoint checkpoint = Checkpoint.of(Safetensors.of(weights, MemorySegment.ofArray(bytes(weights))))) {
            Json settings = Json.read(config, new ByteArrayInputStream(bytes(config)));
            T network = assembly.assemble(settings, checkpoint.root());
            checkpoint.finish();
            return network;
        } catch (IOException e) {
            throw new UncheckedIOException("the resources dev/reverie/tts/g2p/" + folder + " are damaged", e);
        }
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            plain.append(c == '\\' ? escaped(field.charAt(++i)) : c);
        }
        return plain.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 's' -> ' ';
            default -> c;
        };
    }
}
