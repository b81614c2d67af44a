package dev.reverie.diffusion.adapter;

import dev.reverie.diffusion.adapter.LoraKey.Module;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the changes of a LoRA file, whichever dialect it is in. */
final class LoraReader {
    private static final int NAMED = 3;

    private final Checkpoint checkpoint;
    private final PeftSettings settings;
    private final Map<Module, LoraFactors> modules = new LinkedHashMap<>();

    private LoraReader(Checkpoint checkpoint) throws IOException {
        this.checkpoint = checkpoint;
        this.settings = PeftSettings.of(checkpoint);
    }

    /** Changes by part, then by the flat name of the tensor that they change. */
    static Map<String, Map<String, WeightChange>> read(Checkpoint checkpoint) throws IOException {
        LoraReader reader = new LoraReader(checkpoint);
        reader.gather();
        return reader.changes();
    }

    private void gather() throws IOException {
        List<String> unknown = new ArrayList<>();
        for (TensorSource source : checkpoint.sources()) {
            for (TensorEntry entry : source.entries().values()) {
                LoraKey key = LoraKey.parse(entry.name());
                if (key == null) {
                    unknown.add(entry.name());
                    continue;
                }
                LoraFactors factors = modules.computeIfAbsent(key.module(), module -> new LoraFactors());
                if (!factors.put(key.factor(), entry.name(), tensor(source, entry))) {
                    throw CheckpointException.inTensor(
                            source.name(), entry.name(), "is there twice, in another spelling as well");
                }
            }
        }
        if (modules.isEmpty()) {
            throw CheckpointException.inFile(checkpoint.name(), "is no LoRA: it has none of the tensors of one");
        }
        if (!unknown.isEmpty()) {
            throw CheckpointException.inFile(
                    checkpoint.name(), "has tensors that no known kind of LoRA has: %s", some(unknown));
        }
    }

    /** The first few, and how many there are. */
    static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    private static Tensor tensor(TensorSource source, TensorEntry entry) throws IOException {
        Shape shape = entry.tensorShape();
        if (shape == null || shape.elementCount() == 0 || shape.rank() > 5) {
            throw CheckpointException.inTensor(
                    source.name(), entry.name(), "has the shape %s, which no LoRA has", entry.shape());
        }
        float[] values = source.floats(entry.name(), 0, shape.elementCount());
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw CheckpointException.inTensor(
                        source.name(), entry.name(), "has a number that is not finite: %s", value);
            }
        }
        return Tensor.of(shape, values);
    }

    private Map<String, Map<String, WeightChange>> changes() throws CheckpointException {
        Map<String, Map<String, WeightChange>> changes = new LinkedHashMap<>();
        for (Map.Entry<Module, LoraFactors> entry : modules.entrySet()) {
            Module module = entry.getKey();
            LoraFactors factors = entry.getValue();
            try {
                Map<String, WeightChange> part = changes.computeIfAbsent(module.part(), name -> new LinkedHashMap<>());
                factors.changes(rank -> settings.factor(module, rank))
                        .forEach((kind, change) -> part.put(module.name() + kind, change));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw CheckpointException.inFile(
                        checkpoint.name(), "module %s %s", factors.name(), String.valueOf(e.getMessage()));
            }
        }
        return changes;
    }
}
