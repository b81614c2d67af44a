package dev.reverie.diffusion.unet;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Options that are one value for all stages, or a list with one for each.
 *
 * @param stages how many there are
 */
record PerStage(Json json, int stages) {

    /** A number for each stage. */
    List<Integer> ints(String option, int absent) throws CheckpointException {
        Json value = json.find(option);
        if (value == null || !value.isList()) {
            return Collections.nCopies(stages, value == null ? absent : value.asInt());
        }
        int[] each = value.asInts();
        requireCount(value, each.length);
        return Arrays.stream(each).boxed().toList();
    }

    /** Whether the option is set for that stage; it is not where the file does not say. */
    boolean flag(String option, int stage) throws CheckpointException {
        Json value = json.find(option);
        if (value == null || !value.isList()) {
            return value != null && value.asBoolean();
        }
        List<Json> each = value.asList();
        requireCount(value, each.size());
        return each.get(stage).asBoolean();
    }

    /**
     * Numbers for each layer of each stage, 1 where the file does not say: here a stage's entry may be a list itself.
     *
     * @param counts layers of each stage
     */
    List<List<Integer>> depths(String option, List<Integer> counts) throws CheckpointException {
        Json value = json.find(option);
        if (value == null || !value.isList()) {
            int depth = value == null ? 1 : value.asInt();
            return counts.stream()
                    .map(n -> Collections.nCopies(Math.max(0, n), depth))
                    .toList();
        }
        List<Json> each = value.asList();
        requireCount(value, each.size());
        List<List<Integer>> depths = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            Json stage = each.get(i);
            depths.add(
                    stage.isList()
                            ? Arrays.stream(stage.asInts()).boxed().toList()
                            : Collections.nCopies(Math.max(0, counts.get(i)), stage.asInt()));
        }
        return depths;
    }

    /** Refuses a list of more or fewer entries than there are stages. */
    void requireCount(Json list, int size) throws CheckpointException {
        if (size != stages || size == 0) {
            throw list.fault("has %d entries; block_out_channels has %d".formatted(size, stages));
        }
    }
}
