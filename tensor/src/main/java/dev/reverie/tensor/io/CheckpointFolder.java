package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which of a folder's files is its checkpoint; where none is, what is there instead. */
public final class CheckpointFolder {
    private static final int NO_CHECKPOINT = Integer.MAX_VALUE;
    private static final Pattern INDEX = Pattern.compile(".*\\.index(\\.[^.]+)?\\.json");
    private static final Pattern SHARD = Pattern.compile(".*-[0-9]{5}-of-[0-9]{5}\\..*");
    private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pth", ".pt");
    private static final Set<String> NO_VARIANTS = Set.of("safetensors", "bin", "ckpt", "pth", "pt", "index", "json");
    private static final Set<String> UNFINISHED = Set.of("incomplete", "part", "crdownload", "aria2", "download");
    private static final Map<String, String> FOREIGN = Map.of(
            "onnx", "ONNX",
            "gguf", "GGUF",
            "msgpack", "Flax",
            "h5", "TensorFlow",
            "xml", "OpenVINO",
            "mlmodel", "Core ML",
            "tflite", "TensorFlow Lite");

    private CheckpointFolder() {}

    /**
     * The checkpoint of a folder: a file, or an index of shards. Preferred are safetensors without a variant in their
     * name ({@code model.safetensors}), then those of variant {@code fp16} ({@code model.fp16.safetensors}), then of any
     * other, then pickles ({@code *.bin}, {@code *.ckpt}, {@code *.pth}, {@code *.pt}) in the same order; in each an index
     * before a file. Shards count through their index alone.
     *
     * @throws CheckpointException if there is none, or there are several of equal rank
     */
    public static Path choose(Path folder) throws IOException {
        List<Path> files = files(folder);
        int best = files.stream().mapToInt(file -> rank(nameOf(file))).min().orElse(NO_CHECKPOINT);
        if (best == NO_CHECKPOINT) {
            throw inFile(folder.toString(), "holds no checkpoint%s", insteadOf(files));
        }
        List<Path> found =
                files.stream().filter(file -> rank(nameOf(file)) == best).toList();
        if (found.size() > 1) {
            throw inFile(folder.toString(), "holds several checkpoints; open one of them: %s", names(found));
        }
        return found.getFirst();
    }

    static boolean isIndex(Path file) {
        return INDEX.matcher(nameOf(file)).matches();
    }

    private static int rank(String name) {
        boolean index = INDEX.matcher(name).matches();
        boolean pickle = index
                ? name.contains(".bin.index")
                : PICKLES.stream().anyMatch(name::endsWith) && !name.startsWith("openvino");
        boolean checkpoint = index || pickle || name.endsWith(".safetensors");
        if (!checkpoint || SHARD.matcher(name).matches() || name.startsWith(".")) {
            return NO_CHECKPOINT;
        }
        return (pickle ? 6 : 0) + 2 * variantRank(name) + (index ? 0 : 1);
    }

    /** 0 without a variant, 1 for fp16, 2 for another. */
    private static int variantRank(String name) {
        List<String> variant = Arrays.stream(name.split("\\.", -1))
                .skip(1)
                .filter(word -> !NO_VARIANTS.contains(word))
                .toList();
        return variant.isEmpty() ? 0 : variant.equals(List.of("fp16")) ? 1 : 2;
    }

    private static String insteadOf(List<Path> files) {
        List<Path> unfinished = withEnding(files, UNFINISHED);
        if (!unfinished.isEmpty()) {
            return ", but what is left of a download (%s): fetch it again".formatted(names(unfinished));
        }
        List<Path> shards = files.stream()
                .filter(file -> SHARD.matcher(nameOf(file)).matches())
                .toList();
        if (!shards.isEmpty()) {
            return ", but shards without their index (%s): fetch the file *.index.json".formatted(names(shards));
        }
        List<Path> foreign = withEnding(files, FOREIGN.keySet());
        if (!foreign.isEmpty()) {
            String formats = foreign.stream()
                    .map(file -> FOREIGN.get(ending(file)))
                    .distinct()
                    .collect(Collectors.joining(", "));
            return ", but files of %s (%s): take the model's safetensors files".formatted(formats, names(foreign));
        }
        return " (*.index.json, *.safetensors, *.bin, *.ckpt, *.pth, *.pt)";
    }

    private static List<Path> withEnding(List<Path> files, Set<String> endings) {
        return files.stream().filter(file -> endings.contains(ending(file))).toList();
    }

    private static String ending(Path file) {
        String name = nameOf(file);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            return listed.sorted(Comparator.comparing(CheckpointFolder::nameOf)).toList();
        }
    }

    private static String names(List<Path> files) {
        String names = files.stream().limit(10).map(CheckpointFolder::nameOf).collect(Collectors.joining(", "));
        return files.size() > 10 ? names + ", .." : names;
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
