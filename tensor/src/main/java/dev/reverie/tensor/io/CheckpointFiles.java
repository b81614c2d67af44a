package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the files that a path stands for, and opens them: one file, the shards of an index, or a folder of these. */
final class CheckpointFiles {
    private static final String INDEX = ".index.json";
    private static final List<String> PICKLES = List.of(".pth", ".pt", ".ckpt", ".bin");

    private CheckpointFiles() {}

    static List<TensorSource> open(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? onlyFileIn(path) : path;
        return file.toString().endsWith(INDEX) ? openShards(file) : List.of(openOne(file));
    }

    /** Closes all; what goes wrong is added to {@code cause}. */
    static void closeAll(Iterable<? extends TensorSource> sources, Exception cause) {
        for (TensorSource source : sources) {
            try {
                source.close();
            } catch (IOException | RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** By content, for the endings of file names are not to be relied on. */
    private static TensorSource openOne(Path file) throws IOException {
        FileStamp.of(file);
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(8);
        }
        boolean zip = ForeignFormat.of(MemorySegment.ofArray(head)) == ForeignFormat.ZIP;
        return zip ? PickleArchive.open(file) : Safetensors.open(file);
    }

    private static Path onlyFileIn(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.sorted().toList();
        }
        for (List<String> endings : List.of(List.of(INDEX), List.of(".safetensors"), PICKLES)) {
            List<Path> found = files.stream()
                    .filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
                    .toList();
            if (found.size() > 1) {
                String names = found.stream()
                        .map(file -> String.valueOf(file.getFileName()))
                        .collect(Collectors.joining(", "));
                throw inFile(folder.toString(), "holds several checkpoints; open one of them: %s", names);
            }
            if (found.size() == 1) {
                return found.getFirst();
            }
        }
        throw inFile(
                folder.toString(), "holds no checkpoint (*.index.json, *.safetensors, *.pth, *.pt, *.ckpt, *.bin)");
    }

    private static List<TensorSource> openShards(Path index) throws IOException {
        Json json = Json.read(index);
        Map<String, String> shardOf = new LinkedHashMap<>();
        Json weightMap = json.get("weight_map");
        for (String tensor : weightMap.keys()) {
            shardOf.put(tensor, weightMap.getString(tensor));
        }
        Map<String, TensorSource> shards = new LinkedHashMap<>();
        try {
            for (String shard : shardOf.values()) {
                if (!shards.containsKey(shard)) {
                    shards.put(shard, openOne(contained(index, shard)));
                }
            }
            requireListed(index, shardOf, shards);
            requireTotalSize(json, shards);
        } catch (IOException | RuntimeException e) {
            closeAll(shards.values(), e);
            throw e;
        }
        return List.copyOf(shards.values());
    }

    /**
     * The path of a shard, which must lie in the folder of the index. The Hugging Face cache has links in {@code
     * snapshots/<revision>} to files in {@code blobs} beside {@code snapshots}; there, and only there, these may leave
     * the folder.
     */
    private static Path contained(Path index, String shard) throws IOException {
        Path folder = Objects.requireNonNull(index.toAbsolutePath().normalize().getParent(), "a file has a folder");
        try {
            Path file = folder.resolve(shard).normalize();
            if (!folder.equals(file.getParent())) {
                throw inFile(index.toString(), "shard %s is not a file in the folder of the index", quoted(shard));
            }
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath()) && !isInCache(folder, real)) {
                throw inFile(index.toString(), "shard %s links out of the folder of the index", quoted(shard));
            }
            return file;
        } catch (InvalidPathException e) {
            throw inFile(index.toString(), "shard %s is not the name of a file", quoted(shard))
                    .because(e);
        }
    }

    private static boolean isInCache(Path folder, Path real) throws IOException {
        Path snapshots = folder.getParent();
        if (snapshots == null || !snapshots.endsWith("snapshots")) {
            return false;
        }
        Path blobs = snapshots.resolveSibling("blobs");
        return Files.isDirectory(blobs) && real.startsWith(blobs.toRealPath());
    }

    private static void requireListed(Path index, Map<String, String> shardOf, Map<String, TensorSource> shards)
            throws CheckpointException {
        for (Map.Entry<String, TensorSource> shard : shards.entrySet()) {
            for (String tensor : shard.getValue().entries().keySet()) {
                String listed = shardOf.get(tensor);
                if (!shard.getKey().equals(listed)) {
                    String where = listed == null ? "not listed" : "listed in " + quoted(listed);
                    throw inFile(
                            index.toString(),
                            "tensor %s is %s but lies in %s",
                            quoted(tensor),
                            where,
                            quoted(shard.getKey()));
                }
            }
        }
        for (Map.Entry<String, String> listed : shardOf.entrySet()) {
            TensorSource shard = shards.get(listed.getValue());
            if (shard == null || !shard.entries().containsKey(listed.getKey())) {
                throw inFile(
                        index.toString(),
                        "tensor %s is listed in %s but is not there",
                        quoted(listed.getKey()),
                        quoted(listed.getValue()));
            }
        }
    }

    private static void requireTotalSize(Json index, Map<String, TensorSource> shards) throws CheckpointException {
        Json metadata = index.find("metadata");
        Json total = metadata == null ? null : metadata.find("total_size");
        if (total == null) {
            return;
        }
        long bytes = 0;
        for (TensorSource shard : shards.values()) {
            for (TensorEntry entry : shard.entries().values()) {
                bytes += entry.end() - entry.begin();
            }
        }
        if (total.asLong() != bytes) {
            throw total.fault(
                    CheckpointException.text("is %,d, but the tensors have %,d bytes", total.asLong(), bytes));
        }
    }
}
