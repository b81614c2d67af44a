package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Small changes to the weights of a pipeline, learned apart from it: LoRA (Hu et al., arXiv 2106.09685) for linear
 * layers and convolutions, with Tucker's core (LoCon), LoHa and LoKr (Yeh et al., arXiv 2309.14859), each with or
 * without DoRA's lengths (Liu et al., arXiv 2402.09353), and plain differences.
 *
 * <p>Files may be written by kohya-ss/sd-scripts, KohakuBlueleaf/LyCORIS, PEFT, or huggingface/diffusers old and new,
 * with the names of diffusers or of the U-Net's original code. Immutable. Two are equal if they were loaded from the
 * same file in the same state, so that patched models can be kept by their {@link LoraSet}.
 */
public final class Lora {
    static final String WEIGHT = ".weight";
    static final String BIAS = ".bias";

    /** What tells the states of a file apart without reading all of it. */
    private record Identity(Path file, long size, FileTime modified) {
        static Identity of(Path file) throws IOException {
            BasicFileAttributes state = Files.readAttributes(file, BasicFileAttributes.class);
            return new Identity(file.toRealPath(), state.size(), state.lastModifiedTime());
        }
    }

    private final String name;
    private final Identity identity;
    /** By part, then by the flat name of a module with {@link #WEIGHT} or {@link #BIAS} at its end. */
    private final Map<String, Map<String, WeightChange>> changes;

    private Lora(String name, Identity identity, Map<String, Map<String, WeightChange>> changes) {
        this.name = name;
        this.identity = identity;
        this.changes = Collections.unmodifiableMap(changes);
    }

    /**
     * Reads a file, or the only one of a folder.
     *
     * @throws CheckpointException if some of its tensors have names that no dialect knows, do not fit each other, or
     *     hold numbers that are not finite
     */
    public static Lora load(Path file) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Path opened = Path.of(checkpoint.sources().getFirst().name());
            return new Lora(checkpoint.name(), Identity.of(opened), LoraReader.read(checkpoint));
        }
    }

    /** What the file is called, for messages. */
    public String name() {
        return name;
    }

    /** Parts of a pipeline that this changes: {@code denoiser}, {@code text_encoder}, {@code text_encoder_2} .. */
    public Set<String> parts() {
        return changes.keySet();
    }

    Map<String, WeightChange> changesOf(String part) {
        return changes.getOrDefault(part, Map.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lora lora && identity.equals(lora.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(identity);
    }

    @Override
    public String toString() {
        return "Lora[" + name + "]";
    }
}
