package dev.reverie.nn;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Options of a configuration of which one value is done, or a few: a file that asks for another is refused, never read
 * as if it did not. An option that is left out has one of these values.
 *
 * @param values by the option's name, each a Boolean, a Double or a String; none where the option must be null
 */
public record FixedOptions(Map<String, List<?>> values) {
    public FixedOptions {
        values = Map.copyOf(values);
    }

    /** Whether the option is one of these. */
    public boolean has(String option) {
        return values.containsKey(option);
    }

    /** Refuses the file if it sets one of these options to what is not done; other options do not matter. */
    public void check(Json json) throws CheckpointException {
        for (String option : json.keys()) {
            List<?> supported = values.get(option);
            if (supported != null) {
                check(json.get(option), supported);
            }
        }
    }

    /** Null is false, as in Python, and otherwise as if left out. */
    private static void check(Json value, List<?> supported) throws CheckpointException {
        boolean left = value.isNull() && !supported.equals(List.of(true));
        if (!left && supported.stream().noneMatch(value::is)) {
            throw value.otherThan(supported.isEmpty() ? "null: nothing else is supported" : words(supported));
        }
    }

    private static String words(List<?> supported) {
        return supported.stream()
                .map(value -> value instanceof String text ? '"' + text + '"' : value.toString())
                .collect(Collectors.joining(" or "));
    }
}
