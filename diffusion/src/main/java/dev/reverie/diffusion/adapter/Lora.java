package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
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

    private final String name;
    private final FileState state;
    /** By part, then by the flat name of a module with {@link #WEIGHT} or {@link #BIAS} at its end. */
    private final Map<String, Map<String, WeightChange>> changes;

    private Lora(String name, FileState state, Map<String, Map<String, WeightChange>> changes) {
        this.name = name;
        this.state = state;
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
            return new Lora(checkpoint.name(), FileState.of(opened), LoraReader.read(checkpoint));
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

    /** The file as it was when this was read. */
    FileState state() {
        return state;
    }

    Map<String, WeightChange> changesOf(String part) {
        return changes.getOrDefault(part, Map.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lora lora && state.equals(lora.state);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(state);
    }

    @Override
    public String toString() {
        return "Lora[" + name + "]";
    }
}
