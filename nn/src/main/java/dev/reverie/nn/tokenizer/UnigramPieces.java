package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import java.util.Arrays;
import java.util.Locale;

/** Collects the pieces of a unigram model in the order of their ids. */
final class UnigramPieces {
    private final String file;
    private final Trie trie;
    private double[] scores;
    private int count;

    /** @param file named in messages */
    UnigramPieces(String file, int expected) {
        this.file = file;
        this.trie = new Trie(4 * expected);
        this.scores = new double[Math.max(16, expected)];
    }

    void add(String piece, double score) throws CheckpointException {
        if (!Double.isFinite(score)) {
            throw CheckpointException.inFile(file, "piece %,d has the score %s", count, score);
        }
        if (count >= TokenizerFolder.MAX_ID || piece.isEmpty() || !trie.add(piece, count)) {
            throw CheckpointException.inFile(file, "piece %,d is empty, or there already, or one too many", count);
        }
        if (count == scores.length) {
            scores = Arrays.copyOf(scores, 2 * count);
        }
        scores[count++] = score;
    }

    int size() {
        return count;
    }

    Unigram model(int unknownId, Unigram.WordBreaks breaks, boolean byteFallback) throws CheckpointException {
        if (unknownId < 0 || unknownId >= count) {
            throw CheckpointException.inFile(file, "has %,d pieces and the unknown one is %d", count, unknownId);
        }
        return new Unigram(
                trie, Arrays.copyOf(scores, count), unknownId, breaks, byteFallback ? byteIds() : new int[0]);
    }

    private int[] byteIds() throws CheckpointException {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++) {
            ids[b] = trie.find(String.format(Locale.ROOT, "<0x%02X>", b));
            if (ids[b] < 0) {
                throw CheckpointException.inFile(file, "spells unknown characters in bytes and has none for %d", b);
            }
        }
        return ids;
    }
}
