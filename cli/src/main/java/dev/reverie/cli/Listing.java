package dev.reverie.cli;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** What a checkpoint holds: its files and, by name, its tensors. */
record Listing(List<File> files, List<TensorEntry> tensors) {
    /** One file; {@code metadata} is the free text that its header has. */
    record File(String name, int tensorCount, Map<String, String> metadata) {}

    static Listing of(Checkpoint checkpoint) {
        List<File> files = new ArrayList<>();
        List<TensorEntry> tensors = new ArrayList<>();
        for (TensorSource source : checkpoint.sources()) {
            Map<String, String> metadata =
                    source instanceof Safetensors safetensors ? new TreeMap<>(safetensors.metadata()) : Map.of();
            files.add(new File(source.name(), source.entries().size(), metadata));
            tensors.addAll(source.entries().values());
        }
        tensors.sort(Comparator.comparing(TensorEntry::name));
        return new Listing(files, tensors);
    }

    void print(PrintStream out) {
        int width = tensors.stream().mapToInt(t -> t.name().length()).max().orElse(0);
        String line = "%-" + Math.clamp(width, 1, 80) + "s  %-8s %,14d bytes  %s%n";
        for (TensorEntry tensor : tensors) {
            String name = Faults.printable(tensor.name());
            out.printf(Locale.ROOT, line, name, tensor.dtype(), bytes(tensor), tensor.shape());
        }
        for (File file : files) {
            file.metadata.forEach((key, value) -> out.println("metadata: " + Faults.printable(key + " = " + value)));
        }
        for (File file : files) {
            out.printf(Locale.ROOT, "%s: %,d tensors%n", file.name, file.tensorCount);
        }
        long numbers = tensors.stream().mapToLong(TensorEntry::elementCount).sum();
        out.printf(
                Locale.ROOT,
                "%,d tensors (%s), %,d numbers, %,d bytes%n",
                tensors.size(),
                types(),
                numbers,
                totalBytes());
    }

    void printJson(PrintStream out) {
        ObjectWriteContext pretty = new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return new DefaultPrettyPrinter();
            }
        };
        try (JsonGenerator json = new JsonFactory().createGenerator(pretty, out)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("files");
            files.forEach(file -> write(json, file));
            json.writeEndArray();
            json.writeArrayPropertyStart("tensors");
            tensors.forEach(tensor -> write(json, tensor));
            json.writeEndArray();
            json.writeNumberProperty("bytes", totalBytes());
            json.writeEndObject();
        }
        out.println();
    }

    private static void write(JsonGenerator json, File file) {
        json.writeStartObject();
        json.writeStringProperty("name", file.name);
        json.writeNumberProperty("tensors", file.tensorCount);
        json.writeObjectPropertyStart("metadata");
        file.metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TensorEntry tensor) {
        json.writeStartObject();
        json.writeStringProperty("name", tensor.name());
        json.writeStringProperty("dtype", tensor.dtype().name());
        json.writeName("shape");
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeNumberProperty("bytes", bytes(tensor));
        json.writeEndObject();
    }

    private long totalBytes() {
        return tensors.stream().mapToLong(Listing::bytes).sum();
    }

    /** How many tensors there are of each type. */
    private String types() {
        Map<DType, Long> counts = tensors.stream()
                .collect(Collectors.groupingBy(TensorEntry::dtype, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private static long bytes(TensorEntry tensor) {
        return (tensor.elementCount() * tensor.dtype().bits() + 7) / 8;
    }
}
