package dev.reverie.tts.g2p;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives every piece of a text its phonemes, from the last word to the first: what follows decides how some sound. */
final class SentenceReader {
    private final Pronouncer pronouncer;
    private final @Nullable Fallback fallback;

    /** Without a fallback, pieces that nothing knows stay without phonemes. */
    SentenceReader(Pronouncer pronouncer, @Nullable Fallback fallback) {
        this.pronouncer = pronouncer;
        this.fallback = fallback;
    }

    /** Fills in the phonemes of words, each a list of pieces. */
    void read(List<List<Token>> words) {
        Context context = Context.END;
        for (List<Token> word : words.reversed()) {
            context = word.size() == 1 ? readToken(word.getFirst(), context) : readWord(word, context);
        }
    }

    private Context readToken(Token token, Context context) {
        if (token.phonemes == null) {
            token.phonemes = pronouncer.pronounce(token, context);
        }
        if (token.phonemes == null && fallback != null) {
            token.phonemes = fallback.phonemes(token);
        }
        return context.before(token, token.phonemes);
    }

    /** Looks for the longest known runs of pieces, from the right; returns the context of the word before. */
    private Context readWord(List<Token> word, Context context) {
        Context after = context;
        int low = 0;
        int high = word.size();
        while (low < high) {
            Token run = Token.merge(word.subList(low, high));
            String phonemes = pronouncer.pronounce(run, after);
            if (phonemes != null) {
                give(phonemes, word.subList(low, high));
                after = after.before(run, phonemes);
                high = low;
                low = 0;
            } else if (low + 1 < high) {
                low++;
            } else {
                high--;
                Token piece = word.get(high);
                if (Phonemes.isJunk(piece.text())) {
                    piece.phonemes = "";
                } else if (fallback != null) {
                    give(fallback.phonemes(Token.merge(word)), word);
                    return after;
                }
                low = 0;
            }
        }
        Compound.settle(word);
        return after;
    }

    private static void give(@Nullable String phonemes, List<Token> pieces) {
        pieces.getFirst().phonemes = phonemes;
        pieces.subList(1, pieces.size()).forEach(piece -> piece.phonemes = "");
    }
}
