package dev.reverie.diffusion.prompt;

import dev.reverie.nn.tokenizer.SpecialTokens;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.nn.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt of any length, cut into rows that a text encoder takes: start, tokens, end, filling. A full window opens the
 * next without regard to commas; a section begins a new one. Start, end and filling weigh 1.
 *
 * @param ids [W][L]
 * @param weights [W][L]
 */
public record TokenWindows(int[][] ids, float[][] weights) {
    /** Most windows of a prompt: 4,800 tokens in windows of 75, whose states are a few MB. */
    public static final int MAX_WINDOWS = 64;

    /**
     * Cuts a prompt, its pieces turned into tokens one by one.
     *
     * @param length L, 77 for CLIP
     * @throws IllegalArgumentException if it has more than {@value #MAX_WINDOWS} windows
     */
    public static TokenWindows of(WeightedPrompt prompt, Tokenizer tokenizer, int length) {
        SpecialTokens special = tokenizer.special();
        if (special.bos() < 0 || special.eos() < 0 || length < 3) {
            throw new IllegalArgumentException("windows of %d tokens with the start %d and the end %d"
                    .formatted(length, special.bos(), special.eos()));
        }
        Cutter cutter = new Cutter(special, length);
        for (List<PromptPiece> section : prompt.sections()) {
            for (PromptPiece piece : section) {
                cutter.add(tokenizer.encode(piece.text()), (float) piece.weight());
            }
            cutter.close();
        }
        return new TokenWindows(cutter.ids.toArray(int[][]::new), cutter.weights.toArray(float[][]::new));
    }

    public int count() {
        return ids.length;
    }

    /** Whether all tokens weigh 1. */
    public boolean isPlain() {
        return Arrays.stream(weights).allMatch(row -> {
            for (float weight : row) {
                if (weight != 1) {
                    return false;
                }
            }
            return true;
        });
    }

    /** These windows and empty ones up to {@code count}: a prompt and its negative need equally many. */
    public TokenWindows paddedTo(int count, Tokenizer tokenizer) {
        if (count <= count()) {
            return this;
        }
        TokenWindows empty = of(WeightedPrompt.plain(""), tokenizer, ids[0].length);
        int[][] moreIds = Arrays.copyOf(ids, count);
        float[][] moreWeights = Arrays.copyOf(weights, count);
        Arrays.fill(moreIds, count(), count, empty.ids[0]);
        Arrays.fill(moreWeights, count(), count, empty.weights[0]);
        return new TokenWindows(moreIds, moreWeights);
    }

    /** Fills one window after the other. */
    private static final class Cutter {
        private final SpecialTokens special;
        private final int length;
        private final List<int[]> ids = new ArrayList<>();
        private final List<float[]> weights = new ArrayList<>();
        private int[] rowIds;
        private float[] rowWeights;
        private int filled;

        Cutter(SpecialTokens special, int length) {
            this.special = special;
            this.length = length;
            this.rowIds = emptyRow();
            this.rowWeights = ones();
        }

        /** Start, end, and the filling that the tokenizer has: the end again for SD 1.x, id 0 for SDXL's second. */
        private int[] emptyRow() {
            int[] row = new int[length];
            Arrays.fill(row, special.pad() < 0 ? special.eos() : special.pad());
            row[0] = special.bos();
            row[1] = special.eos();
            return row;
        }

        private float[] ones() {
            float[] row = new float[length];
            Arrays.fill(row, 1);
            return row;
        }

        void add(Tokens tokens, float weight) {
            for (int id : tokens.ids()) {
                if (filled == length - 2) {
                    close();
                }
                filled++;
                rowIds[filled] = id;
                rowIds[filled + 1] = special.eos();
                rowWeights[filled] = weight;
            }
        }

        void close() {
            if (ids.size() == MAX_WINDOWS) {
                throw new IllegalArgumentException("the prompt has more than %,d tokens (%d windows of %d); shorten it"
                        .formatted(MAX_WINDOWS * (length - 2), MAX_WINDOWS, length - 2));
            }
            ids.add(rowIds);
            weights.add(rowWeights);
            rowIds = emptyRow();
            rowWeights = ones();
            filled = 0;
        }
    }
}
