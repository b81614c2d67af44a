package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.io.Unpickler.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the tensors of nested dictionaries and lists under names joined by dots. A pickle may refer to one container
 * from many places, itself included: depth, visits and names are bounded.
 */
final class StateDict {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_VALUES = 2_000_000;
    private static final int MAX_NAME_LENGTH = 1000;

    private final String file;
    private final Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    private int values;

    private StateDict(String file) {
        this.file = file;
    }

    /** The tensors of a pickle by name; a bare tensor is named {@link PickleArchive#ROOT}. */
    static Map<String, PickledTensor> flatten(String file, Object root) throws CheckpointException {
        if (root instanceof PickledTensor tensor) {
            return Map.of(PickleArchive.ROOT, tensor);
        }
        StateDict dictionary = new StateDict(file);
        dictionary.visit("", root, 0);
        return dictionary.tensors;
    }

    private void visit(String name, Object value, int depth) throws CheckpointException {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES || name.length() > MAX_NAME_LENGTH) {
            throw inFile(
                    file,
                    "its data.pkl nests deeper than %d, or has more than %,d values, or names longer than %,d characters",
                    MAX_DEPTH,
                    MAX_VALUES,
                    MAX_NAME_LENGTH);
        }
        switch (value) {
            case PickledTensor tensor -> {
                if (tensors.put(name, tensor) != null) {
                    throw inFile(file, "tensor %s is there twice", quoted(name));
                }
            }
            case Map<?, ?> members -> {
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    visit(join(name, member.getKey()), member.getValue(), depth + 1);
                }
            }
            case List<?> items -> visitAll(name, items, depth);
            case Tuple tuple -> visitAll(name, tuple.items(), depth);
            default -> {} // numbers and texts of a training run
        }
    }

    private void visitAll(String name, List<?> items, int depth) throws CheckpointException {
        for (int i = 0; i < items.size(); i++) {
            visit(join(name, i), items.get(i), depth + 1);
        }
    }

    private static String join(String name, Object key) {
        return name.isEmpty() ? key.toString() : name + "." + key;
    }
}
