package dev.reverie.tts.kokoro;

import dev.reverie.tensor.DType;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private static final Set<DType> FLOATS = EnumSet.of(DType.F32, DType.F16, DType.BF16, DType.F64);

    /** Where a voice is: a file of its own, or a name within a collection. */
    private record Place(Path file, String form) {}

    private final Map<String, Place> places;
    private final Shape shape;
    private final Map<String, Voice> loaded = new ConcurrentHashMap<>();

    private Voices(Map<String, Place> places, Shape shape) {
        this.places = places;
        this.shape = shape;
    }

    /** One row for each number of phonemes, from 1: {@code rows [lengths, width]}. */
    record Voice(Tensor rows) {
        /** {@code [1, width]} for a text of that many phonemes; the last row for longer ones. */
        Tensor style(int phonemes) {
            int row = Math.clamp(phonemes - 1, 0, rows.dim(0) - 1);
            return rows.rows(row, row + 1);
        }
    }

    /**
     * Lists the voices of a folder, without reading them.
     *
     * @param shape of a voice: {@code [lengths of text, width of a style]}
     */
    static Voices list(Path folder, Shape shape) throws IOException {
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
        return new Voices(places, shape);
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
        Place place = place(name);
        Voice voice = new Voice(read(place, name));
        loaded.put(name, voice);
        return voice;
    }

    /** Refuses a name that no voice has, before anything is read. */
    void require(String name) {
        place(name);
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            String meant = NearestName.of(name, places.keySet())
                    .map(nearest -> ", perhaps " + nearest)
                    .orElse("");
            throw new IllegalArgumentException("there is no voice \"%s\"%s; there are %s"
                    .formatted(name, meant, String.join(", ", places.keySet())));
        }
        return place;
    }

    private Tensor read(Place place, String name) throws IOException {
        float[] values = switch (place.form) {
            case "bin" -> readRaw(place.file);
            case "pt" -> readOnly(PickleArchive.open(place.file));
            default -> readNamed(place.file, name);
        };
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new CheckpointException("%s: voice \"%s\" holds %s".formatted(place.file, name, value));
            }
        }
        return Tensor.of(shape, values);
    }

    private float[] readRaw(Path file) throws IOException {
        long wanted = (long) shape.elementCount() * Float.BYTES;
        if (Files.size(file) != wanted) {
            throw new CheckpointException(
                    "%s: has %d bytes; a voice %s of float32 has %d".formatted(file, Files.size(file), shape, wanted));
        }
        float[] values = new float[shape.elementCount()];
        ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private float[] readNamed(Path file, String name) throws IOException {
        try (Safetensors collection = Safetensors.open(file)) {
            return all(collection, name);
        }
    }

    private float[] readOnly(TensorSource opened) throws IOException {
        try (TensorSource source = opened) {
            if (source.entries().size() != 1) {
                throw new CheckpointException("%s: holds %d tensors, a voice is one"
                        .formatted(source.name(), source.entries().size()));
            }
            return all(source, source.entries().keySet().iterator().next());
        }
    }

    /** {@code [510, 256]}, or {@code [510, 1, 256]} as published. */
    private float[] all(TensorSource source, String name) throws IOException {
        TensorEntry entry = Objects.requireNonNull(source.entries().get(name), name);
        List<Long> sizes = entry.shape().stream().filter(size -> size != 1).toList();
        boolean fits = sizes.equals(List.of((long) shape.dim(0), (long) shape.dim(1)));
        if (!fits || !FLOATS.contains(entry.dtype())) {
            throw new CheckpointException("%s: \"%s\" is %s %s; a voice is %s of floats"
                    .formatted(source.name(), name, entry.dtype(), entry.shape(), shape));
        }
        return source.floats(name, 0, shape.elementCount());
    }
}
