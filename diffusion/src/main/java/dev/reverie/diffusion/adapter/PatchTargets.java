package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of a model that LoRAs may change, by all names that these know them by. */
final class PatchTargets {
    private final Checkpoint checkpoint;
    private final Map<String, String> tensors = new HashMap<>();

    PatchTargets(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        OriginalUnetNames original = new OriginalUnetNames(checkpoint.names());
        for (String tensor : checkpoint.names()) {
            for (String kind : List.of(Lora.WEIGHT, Lora.BIAS)) {
                if (tensor.endsWith(kind)) {
                    String module = tensor.substring(0, tensor.length() - kind.length());
                    tensors.put(LoraKey.flat(module) + kind, tensor);
                    String alias = original.of(module);
                    if (alias != null) {
                        tensors.put(LoraKey.flat(alias) + kind, tensor);
                    }
                }
            }
        }
    }

    /** The model's name of what a LoRA calls {@code target}; null if it has no such tensor. */
    @Nullable
    String find(String target) {
        return tensors.get(target);
    }

    /** Null for a tensor of 2^31 or more elements. */
    @Nullable
    Shape shapeOf(String tensor) {
        return checkpoint.root().shapeOf(tensor);
    }
}
