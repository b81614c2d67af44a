package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Finds the files that a path stands for, and opens them: one file, the shards of an index, or a folder of these. */
final class CheckpointFiles {
    private CheckpointFiles() {}

    static List<TensorSource> open(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? CheckpointFolder.choose(path) : path;
        return CheckpointFolder.isIndex(file) ? openShards(file) : List.of(openOne(file));
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
    static TensorSource openOne(Path file) throws IOException {
        FileStamp.of(file).requireContent();
        return ForeignFormat.of(file) == ForeignFormat.ZIP ? PickleArchive.open(file) : Safetensors.open(file);
    }

    private static List<TensorSource> openShards(Path index) throws IOException {
        Json json = Json.read(index);
        Map<String, String> shardOf = new LinkedHashMap<>();
        Json weightMap = json.get("weight_map");
        for (String tensor : weightMap.keys()) {
            shardOf.put(tensor, weightMap.getString(tensor));
        }
        requireThere(index, shardOf.values());
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

    private static void requireThere(Path index, Collection<String> shards) throws CheckpointException {
        List<String> missing = new ArrayList<>();
        for (String shard : new LinkedHashSet<>(shards)) {
            if (!Files.exists(beside(index, shard))) {
                missing.add(quoted(shard));
            }
        }
        if (!missing.isEmpty()) {
            throw inFile(
                    index.toString(),
                    "lists %d shards that are not there: %s; fetch them",
                    missing.size(),
                    String.join(", ", missing.subList(0, Math.min(missing.size(), 20))));
        }
    }

    /**
     * The path of a shard, which must lie in the folder of the index. The Hugging Face cache has links in {@code
     * snapshots/<revision>} to files in {@code blobs} beside {@code snapshots}; there, and only there, these may leave
     * the folder.
     */
    private static Path contained(Path index, String shard) throws IOException {
        Path file = beside(index, shard);
        Path folder = folderOf(index);
        Path real = file.toRealPath();
        if (!real.startsWith(folder.toRealPath()) && !isInCache(folder, real)) {
            throw inFile(index.toString(), "shard %s links out of the folder of the index", quoted(shard));
        }
        return file;
    }

    private static Path beside(Path index, String shard) throws CheckpointException {
        Path folder = folderOf(index);
        try {
            Path file = folder.resolve(shard).normalize();
            if (!folder.equals(file.getParent())) {
                throw inFile(index.toString(), "shard %s is not a file in the folder of the index", quoted(shard));
            }
            return file;
        } catch (InvalidPathException e) {
            throw inFile(index.toString(), "shard %s is not the name of a file", quoted(shard))
                    .because(e);
        }
    }

    private static Path folderOf(Path index) {
        return Objects.requireNonNull(index.toAbsolutePath().normalize().getParent(), "a file has a folder");
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
