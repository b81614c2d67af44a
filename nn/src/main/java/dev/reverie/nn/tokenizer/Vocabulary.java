package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads a table of ids by token. */
final class Vocabulary {
    private Vocabulary() {}

    /** Ids must be different and in range; there may be gaps. */
    static Map<String, Integer> read(Json object) throws CheckpointException {
        Set<String> tokens = object.keys();
        Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
        BitSet seen = new BitSet(tokens.size());
        for (String token : tokens) {
            Json entry = object.get(token);
            int id = TokenizerFolder.checked(entry, entry.asLong());
            if (seen.get(id)) {
                throw entry.fault("has the id %d, as another token does".formatted(id));
            }
            seen.set(id);
            ids.put(token, id);
        }
        return ids;
    }
}
