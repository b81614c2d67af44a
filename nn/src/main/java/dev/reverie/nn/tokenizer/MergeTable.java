package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import java.util.Arrays;
import java.util.Map;

/** The merges of a byte-pair vocabulary in the order of training: ranks of pairs of ids, and the id each pair becomes. */
final class MergeTable {
    private final String file;
    private final Map<String, Integer> vocabulary;
    private final PairTable ranks;
    private int[] merged;
    private int count;

    /** @param file named in messages */
    MergeTable(String file, Map<String, Integer> vocabulary) {
        this.file = file;
        this.vocabulary = vocabulary;
        this.ranks = new PairTable(vocabulary.size());
        this.merged = new int[Math.max(16, vocabulary.size())];
    }

    /** Adds the next merge; one that is there already keeps its earlier rank. */
    void add(String left, String right) throws CheckpointException {
        if (count == merged.length) {
            merged = Arrays.copyOf(merged, 2 * count);
        }
        merged[count] = id(left.concat(right));
        ranks.putIfAbsent(id(left), id(right), count);
        count++;
    }

    /** Adds the next merge, both parts in one string with a blank between them. */
    void add(String pair) throws CheckpointException {
        int blank = pair.indexOf(' ');
        if (blank <= 0 || blank == pair.length() - 1 || pair.indexOf(' ', blank + 1) >= 0) {
            throw CheckpointException.inFile(file, "merge %,d is not two tokens with a blank between", count + 1);
        }
        add(pair.substring(0, blank), pair.substring(blank + 1));
    }

    private int id(String token) throws CheckpointException {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw CheckpointException.inFile(
                    file, "merge %,d has or makes a token that the vocabulary lacks", count + 1);
        }
        return id;
    }

    PairTable ranks() {
        return ranks;
    }

    int[] merged() {
        return merged;
    }
}
