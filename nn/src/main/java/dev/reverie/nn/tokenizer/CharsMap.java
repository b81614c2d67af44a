package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's compiled normalisation: a double-array trie from byte sequences to replacements (s-yata/darts-clone,
 * include/darts.h; google/sentencepiece, src/normalizer.cc). Applied as huggingface/tokenizers does
 * (huggingface/spm_precompiled, src/lib.rs): to a whole cluster of at most five bytes if its beginning has a
 * replacement, else code point by code point.
 */
final class CharsMap implements TextNormalizer {
    private static final int LONGEST_CLUSTER = 5;

    private final int[] units;
    /** Replacements, each ended by a zero byte. */
    private final byte[] replacements;

    private CharsMap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    /** @param file named in messages */
    static CharsMap of(String file, byte[] bytes) throws CheckpointException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int trieBytes = bytes.length < 4 ? -1 : in.getInt();
        if (trieBytes < 4 || trieBytes % 4 != 0 || trieBytes > in.remaining()) {
            throw CheckpointException.inFile(
                    file, "its precompiled_charsmap of %,d bytes does not hold its trie", bytes.length);
        }
        int[] units = new int[trieBytes / 4];
        in.asIntBuffer().get(units);
        in.position(4 + trieBytes);
        byte[] replacements = new byte[in.remaining()];
        in.get(replacements);
        return new CharsMap(units, replacements);
    }

    @Override
    public AlignedText apply(AlignedText text) {
        AlignedText.Builder result = new AlignedText.Builder(text.length());
        BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
        clusters.setText(text.text());
        int from = 0;
        for (int to = clusters.next(); to != BreakIterator.DONE; to = clusters.next()) {
            boolean isShort = Utf8.length(text.text(), from, to) <= LONGEST_CLUSTER;
            String whole = isShort ? replacement(text.text(), from, to) : null;
            if (whole != null) {
                result.append(whole, text.start(from), text.end(to - 1));
            } else {
                applyByCodePoint(text, from, to, result);
            }
            from = to;
        }
        return result.build();
    }

    private void applyByCodePoint(AlignedText text, int from, int to, AlignedText.Builder result) {
        for (int at = from; at < to; ) {
            int next = at + Character.charCount(text.text().codePointAt(at));
            String replacement = replacement(text.text(), at, next);
            if (replacement != null) {
                result.append(replacement, text.start(at), text.end(next - 1));
            } else {
                result.append(text, at, next);
            }
            at = next;
        }
    }

    /** The replacement of the shortest entry that the chars begin with, or null. */
    private @Nullable String replacement(String text, int from, int to) {
        int node = offset(units[0]);
        for (int at = from; at < to; ) {
            int codePoint = text.codePointAt(at);
            for (int i = 0; i < Utf8.length(codePoint); i++) {
                int b = Utf8.byteAt(codePoint, i);
                node ^= b;
                if (b == 0 || node >= units.length || (units[node] & 0x800000FF) != b) {
                    return null;
                }
                int unit = units[node];
                node ^= offset(unit);
                if ((unit & 0x100) != 0) { // an entry ends here: its value is where the empty label leads
                    return node < units.length ? replacementAt(units[node] & 0x7FFFFFFF) : null;
                }
            }
            at += Character.charCount(codePoint);
        }
        return null;
    }

    /** What a unit's children are found from. */
    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    private String replacementAt(int from) {
        int to = from;
        while (to < replacements.length && replacements[to] != 0) {
            to++;
        }
        return from >= replacements.length ? "" : new String(replacements, from, to - from, StandardCharsets.UTF_8);
    }
}
