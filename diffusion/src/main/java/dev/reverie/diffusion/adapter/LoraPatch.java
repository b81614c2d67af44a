package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.TensorPatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The changes of a {@link LoraSet} to one part, by the part's own names of its tensors. */
final class LoraPatch implements TensorPatch {
    private record Scaled(WeightChange change, double scale) {}

    private final Map<String, List<Scaled>> changes = new HashMap<>();

    private LoraPatch() {}

    static LoraPatch of(LoraSet set, String folder, PatchTargets targets) throws CheckpointException {
        LoraPatch patch = new LoraPatch();
        for (LoraSet.Scaled lora : set.loras()) {
            patch.add(lora, folder, targets);
        }
        return patch;
    }

    private void add(LoraSet.Scaled lora, String folder, PatchTargets targets) throws CheckpointException {
        String part = LoraSet.partOf(folder);
        Map<String, WeightChange> all = lora.lora().changesOf(part);
        List<String> missing =
                all.keySet().stream().filter(name -> targets.find(name) == null).toList();
        if (!missing.isEmpty()) {
            throw CheckpointException.inFile(
                    lora.lora().name(),
                    "was made for another model: of the %,d tensors that it changes in the %s, these are not there: %s",
                    all.size(),
                    folder,
                    LoraReader.some(missing));
        }
        for (Map.Entry<String, WeightChange> entry : all.entrySet()) {
            String tensor = String.valueOf(targets.find(entry.getKey()));
            requireFits(entry.getValue(), tensor, targets.shapeOf(tensor), lora.lora());
            if (lora.scaleOf(part) != 0) {
                changes.computeIfAbsent(tensor, name -> new ArrayList<>())
                        .add(new Scaled(entry.getValue(), lora.scaleOf(part)));
            }
        }
    }

    private static void requireFits(WeightChange change, String tensor, @Nullable Shape shape, Lora lora)
            throws CheckpointException {
        if (shape == null || !change.fits(shape)) {
            throw CheckpointException.inFile(
                    lora.name(),
                    "was made for another model: it changes %s as a weight of shape %s, and here it has %s",
                    tensor,
                    change.delta().shape(),
                    shape == null ? "too many elements" : shape);
        }
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    @Override
    public boolean changes(String name) {
        return changes.containsKey(name);
    }

    @Override
    public void apply(String name, Tensor values) {
        List<Scaled> wanted = changes.getOrDefault(name, List.of());
        boolean needsOriginal = wanted.stream().anyMatch(scaled -> scaled.change.magnitude() != null);
        Tensor original = needsOriginal ? values.detach() : values;
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            for (Scaled scaled : wanted) {
                scaled.change.addTo(values, original, scaled.scale, frame);
            }
        }
    }
}
