package dev.reverie.tts.kokoro;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.PickleArchive;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The voices of a model's folder {@code voices}: a style vector for each length of text.
 *
 * <p>Published forms: {@code NAME.pt}, a tensor {@code [510, 1, 256]}; {@code NAME.bin}, little-endian float32; and
 * {@code voices.safetensors}, one tensor {@code [510, 256]} a name. A voice is read when it is first asked for.
 */
final class Voices {
    /** Where a voice is: a file of its own, or a name within a collection. */
    private record Place(Path file, String form) {}

    private final Map<String, Place> places;
    private final int styleWidth;
    private final Map<String, Voice> loaded = new ConcurrentHashMap<>();

    private Voices(Map<String, Place> places, int styleWidth) {
        this.places = places;
        this.styleWidth = styleWidth;
    }

    /** One row for each number of phonemes, from 1: {@code rows [lengths, width]}. */
    record Voice(Tensor rows) {
        /** {@code [1, width]} for a text of that many phonemes; the last row for longer ones. */
        Tensor style(int phonemes) {
            int row = Math.clamp(phonemes - 1, 0, rows.dim(0) - 1);
            return rows.rows(row, row + 1);
        }
    }

    /** Lists the voices of a folder, without reading them. */
    static Voices list(Path folder, int styleWidth) throws IOException {
        Map<String, Place> places = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": is missing; it must hold the voices");
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.sorted().toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            String form = name.substring(dot + 1);
            if (form.equals("pt") || form.equals("bin")) {
                places.put(name.substring(0, dot), new Place(file, form));
            } else if (name.equals("voices.safetensors")) {
                try (Safetensors collection = Safetensors.open(file)) {
                    collection.entries().keySet().forEach(voice -> places.putIfAbsent(voice, new Place(file, form)));
                }
            }
        }
        if (places.isEmpty()) {
            throw new CheckpointException(folder + ": holds no voice (.pt, .bin or voices.safetensors)");
        }
        return new Voices(places, styleWidth);
    }

    List<String> names() {
        return List.copyOf(places.keySet());
    }

    /** A voice by name. */
    Voice get(String name) throws IOException {
        Voice known = loaded.get(name);
        if (known != null) {
            return known;
        }
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException(
                    "there is no voice \"%s\"; there are %s".formatted(name, String.join(", ", places.keySet())));
        }
        Voice voice = new Voice(read(place, name));
        loaded.put(name, voice);
        return voice;
    }

    private Tensor read(Place place, String name) throws IOException {
        float[] values = switch (place.form) {
            case "bin" -> readRaw(place.file);
            case "pt" -> readOnly(PickleArchive.open(place.file));
            default -> readNamed(place.file, name);
        };
        if (values.length == 0 || values.length % styleWidth != 0) {
            throw new CheckpointException("%s: voice \"%s\" has %,d values, no multiple of the style's %d"
                    .formatted(place.file, name, values.length, styleWidth));
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new CheckpointException("%s: voice \"%s\" holds %s".formatted(place.file, name, value));
            }
        }
        return Tensor.of(Shape.of(values.length / styleWidth, styleWidth), values);
    }

    private static float[] readRaw(Path file) throws IOException {
        long size = Files.size(file);
        if (size % Float.BYTES != 0 || size > 1 << 26) {
            throw new CheckpointException("%s: %,d bytes are no voice of float32".formatted(file, size));
        }
        float[] values = new float[(int) (size / Float.BYTES)];
        ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static float[] readNamed(Path file, String name) throws IOException {
        try (Safetensors collection = Safetensors.open(file)) {
            return all(collection, name);
        }
    }

    private static float[] readOnly(TensorSource opened) throws IOException {
        try (TensorSource source = opened) {
            if (source.entries().size() != 1) {
                throw new CheckpointException("%s: holds %d tensors, a voice is one"
                        .formatted(source.name(), source.entries().size()));
            }
            return all(source, source.entries().keySet().iterator().next());
        }
    }

    private static float[] all(TensorSource source, String name) throws IOException {
        TensorEntry entry = source.entries().get(name);
        if (entry == null || entry.elementCount() > 1 << 24) {
            throw new CheckpointException("%s: \"%s\" is no voice".formatted(source.name(), name));
        }
        return source.floats(name, 0, (int) entry.elementCount());
    }
}
