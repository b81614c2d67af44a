package dev.reverie.nn.tokenizer;

import java.util.Arrays;

/**
 * SentencePiece's unigram model (Kudo, arXiv 1804.10959): of all ways to cut a word into pieces the likeliest, by the
 * Viterbi algorithm. Words are divided at white space and begin with {@value #SPACE} in place of it.
 *
 * <p>Ties, the cost of an unknown char and the joining of neighbouring ones as in huggingface/tokenizers,
 * tokenizers/src/models/unigram/model.rs.
 */
final class Unigram implements TokenModel {
    static final char SPACE = '\u2581';

    /** What an unknown char costs below the least likely piece. */
    private static final double UNKNOWN_PENALTY = 10;

    private final Trie pieces;
    private final double[] scores;
    private final int unknownId;
    private final double unknownScore;
    private final WordBreaks breaks;
    /** [256] ids of single bytes, for chars that no piece holds; empty without them. */
    private final int[] byteIds;

    /** Where words begin. */
    enum WordBreaks {
        /** At white space, which is not kept. */
        WHITE_SPACE,
        /** At each blank, which becomes part of the word. */
        BLANKS
    }

    /**
     * @param scores logarithms of the pieces' likelihood, by id
     * @param byteIds [256] or empty
     */
    Unigram(Trie pieces, double[] scores, int unknownId, WordBreaks breaks, int[] byteIds) {
        this.pieces = pieces;
        this.scores = scores;
        this.unknownId = unknownId;
        this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
        this.breaks = breaks;
        this.byteIds = byteIds;
    }

    @Override
    public void encode(AlignedText text, int from, int to, Tokens.Builder tokens) {
        int at = from;
        while (at < to) {
            int start = breaks == WordBreaks.WHITE_SPACE ? spacesEnd(text, at, to) : at;
            int end = wordEnd(text, start, to);
            if (start < end) {
                encodeWord(word(text, start, end), tokens);
            }
            at = end;
        }
    }

    private static int spacesEnd(AlignedText text, int from, int to) {
        int end = from;
        while (end < to && UnicodeClasses.isSpace(text.text().charAt(end))) {
            end++;
        }
        return end;
    }

    private int wordEnd(AlignedText text, int from, int to) {
        int end = from + 1;
        while (end < to && !beginsWord(text.text().charAt(end))) {
            end++;
        }
        return Math.min(end, to);
    }

    private boolean beginsWord(char c) {
        return c == SPACE || (breaks == WordBreaks.WHITE_SPACE ? UnicodeClasses.isSpace(c) : c == ' ');
    }

    /** The word as it is spelt in the vocabulary. */
    private AlignedText word(AlignedText text, int from, int to) {
        AlignedText.Builder word = new AlignedText.Builder(to - from + 1);
        char first = text.text().charAt(from);
        word.append(SPACE, text.start(from), first == ' ' ? text.end(from) : text.start(from));
        word.append(text, first == ' ' || first == SPACE ? from + 1 : from, to);
        return word.build();
    }

    private void encodeWord(AlignedText word, Tokens.Builder tokens) {
        String text = word.text();
        int n = text.length();
        double[] best = new double[n + 1];
        Arrays.fill(best, 1, n + 1, Double.NEGATIVE_INFINITY);
        int[] from = new int[n + 1]; // where the piece that ends at a place begins
        int[] ids = new int[n + 1];
        for (int at = 0; at < n; at = text.offsetByCodePoints(at, 1)) {
            int single = text.offsetByCodePoints(at, 1);
            boolean known = false;
            int node = 0;
            for (int end = at; end < n; ) {
                node = pieces.child(node, text.charAt(end++));
                if (node < 0) {
                    break;
                }
                int id = pieces.number(node);
                if (id >= 0 && best[at] + scores[id] > best[end]) {
                    best[end] = best[at] + scores[id];
                    from[end] = at;
                    ids[end] = id;
                }
                known |= id >= 0 && end == single;
            }
            if (!known && best[at] + unknownScore > best[single]) {
                best[single] = best[at] + unknownScore;
                from[single] = at;
                ids[single] = unknownId;
            }
        }
        addPath(word, from, ids, tokens);
    }

    /** Adds the pieces of the best path; unknown neighbours are one token, or their bytes. */
    private void addPath(AlignedText word, int[] from, int[] ids, Tokens.Builder tokens) {
        int n = word.length();
        int[] next = new int[n + 1];
        for (int end = n; end > 0; end = from[end]) {
            next[from[end]] = end;
        }
        for (int start = 0; start < n; ) {
            int end = next[start];
            int id = ids[end];
            while (id == unknownId && end < n && ids[next[end]] == unknownId) {
                end = next[end];
            }
            if (id == unknownId && byteIds.length > 0) {
                addBytes(word, start, end, tokens);
            } else {
                tokens.add(id, word.start(start), word.end(end - 1));
            }
            start = end;
        }
    }

    private void addBytes(AlignedText word, int from, int to, Tokens.Builder tokens) {
        for (int at = from; at < to; at = word.text().offsetByCodePoints(at, 1)) {
            int codePoint = word.text().codePointAt(at);
            int last = at + Character.charCount(codePoint) - 1;
            for (int i = 0; i < Utf8.length(codePoint); i++) {
                tokens.add(byteIds[Utf8.byteAt(codePoint, i)], word.start(at), word.end(last));
            }
        }
    }

    @Override
    public int idOf(String token) {
        return pieces.find(token);
    }

    @Override
    public int size() {
        return scores.length;
    }
}
