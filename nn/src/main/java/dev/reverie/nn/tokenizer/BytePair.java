package dev.reverie.nn.tokenizer;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte-pair encoding over bytes (Sennrich et al., arXiv 1508.07909; Radford et al., "Language Models are Unsupervised
 * Multitask Learners"): words are found by a pattern, spelt in bytes, and neighbours merged in the order of training.
 */
final class BytePair implements TokenModel {
    private final Pattern words;
    private final Map<String, Integer> vocabulary;
    private final int size;
    private final PairTable ranks;
    private final int[] merged;
    /** Whether a word that is a token as a whole is not built by merges. */
    private final boolean wholeWords;
    /** [256] ids of bytes, and of bytes at the end of a word; -1 where the vocabulary lacks one and has no unknown. */
    private final int[] byteIds;

    private final int[] lastByteIds;

    /**
     * @param words matches each word of a text
     * @param suffix what the spelling of a word's last byte has at its end, {@code </w>} for CLIP
     * @param unknownId id of a byte that the vocabulary lacks, or -1 to leave it out
     */
    BytePair(
            Pattern words,
            MergeTable merges,
            Map<String, Integer> vocabulary,
            String suffix,
            int unknownId,
            boolean wholeWords) {
        this.words = words;
        this.vocabulary = vocabulary;
        this.size = 1
                + vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        this.ranks = merges.ranks();
        this.merged = merges.merged();
        this.wholeWords = wholeWords;
        this.byteIds = byteIds("", unknownId);
        this.lastByteIds = byteIds(suffix, unknownId);
    }

    private int[] byteIds(String suffix, int unknownId) {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++) {
            ids[b] = vocabulary.getOrDefault(ByteAlphabet.charOf(b) + suffix, unknownId);
        }
        return ids;
    }

    @Override
    public void encode(AlignedText text, int from, int to, Tokens.Builder tokens) {
        Matcher matcher = words.matcher(text.text()).region(from, to);
        while (matcher.find()) {
            encodeWord(text, matcher.start(), matcher.end(), tokens);
        }
    }

    private void encodeWord(AlignedText text, int from, int to, Tokens.Builder tokens) {
        Integer whole =
                wholeWords ? vocabulary.get(ByteAlphabet.spell(text.text().substring(from, to))) : null;
        if (whole != null) {
            tokens.add(whole, text.start(from), text.end(to - 1));
            return;
        }
        MergeList symbols = new MergeList(Utf8.length(text.text(), from, to));
        for (int at = from; at < to; ) {
            int codePoint = text.text().codePointAt(at);
            int next = at + Character.charCount(codePoint);
            int bytes = Utf8.length(codePoint);
            for (int i = 0; i < bytes; i++) {
                boolean last = next == to && i == bytes - 1;
                int id = (last ? lastByteIds : byteIds)[Utf8.byteAt(codePoint, i)];
                if (id >= 0) {
                    symbols.add(id, text.start(at), text.end(next - 1));
                }
            }
            at = next;
        }
        symbols.merge(ranks, merged);
        symbols.addTo(tokens);
    }

    @Override
    public int idOf(String token) {
        return vocabulary.getOrDefault(token, -1);
    }

    @Override
    public int size() {
        return size;
    }
}
