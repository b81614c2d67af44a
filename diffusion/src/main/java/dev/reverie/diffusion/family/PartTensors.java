package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.TensorEntry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The tensors of one part of a file, by their names without what all of the part begin with. */
final class PartTensors {
    private final NavigableMap<String, TensorEntry> tensors = new TreeMap<>();

    /** Those whose names begin with {@code prefix}. */
    static PartTensors under(String prefix, Map<String, TensorEntry> file) {
        PartTensors part = new PartTensors();
        file.forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                part.tensors.put(name.substring(prefix.length()), entry);
            }
        });
        return part;
    }

    Map<String, TensorEntry> all() {
        return Collections.unmodifiableMap(tensors);
    }

    boolean isEmpty() {
        return tensors.isEmpty();
    }

    boolean has(String tensor) {
        return tensors.containsKey(tensor);
    }

    boolean hasModule(String module) {
        String first = tensors.ceilingKey(module + ".");
        return first != null && first.startsWith(module + ".");
    }

    /** How many modules {@code list.0}, {@code list.1} .. there are. */
    int count(String list) {
        int count = 0;
        while (hasModule(list + "." + count)) {
            count++;
        }
        return count;
    }

    /** A size of a tensor; 0 where there is no such tensor or axis. */
    int size(String tensor, int axis) {
        List<Long> shape = tensors.containsKey(tensor) ? tensors.get(tensor).shape() : List.of();
        return axis < shape.size() ? (int) Math.min(shape.get(axis), Integer.MAX_VALUE) : 0;
    }

    int rank(String tensor) {
        return tensors.containsKey(tensor) ? tensors.get(tensor).shape().size() : 0;
    }
}
