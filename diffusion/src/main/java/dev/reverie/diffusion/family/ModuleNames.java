package dev.reverie.diffusion.family;

import java.util.HashMap;
import java.util.Map;

/** New names of modules; a tensor takes that of the innermost of its modules that has one. */
final class ModuleNames {
    private final Map<String, String> names = new HashMap<>();

    void put(String old, String now) {
        names.put(old, now);
    }

    /** The same for each pair of names within two modules. */
    void putAll(String old, String now, Map<String, String> inner) {
        inner.forEach((from, to) -> names.put(old + "." + from, now + "." + to));
    }

    String rename(String tensor) {
        for (int end = tensor.length(); end > 0; end = tensor.lastIndexOf('.', end - 1)) {
            String now = names.get(tensor.substring(0, end));
            if (now != null) {
                return now + tensor.substring(end);
            }
        }
        return tensor;
    }
}
