package dev.reverie.tts.g2p;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A word, a sign or a piece of one on its way through the rules. */
final class Token {
    private final String text;
    private final String tag;
    private final int start;
    private final int end;

    /** "" or one space. */
    String whitespace;
    /** Null as long as nothing was found; empty for what is passed over in silence. */
    @Nullable
    String phonemes;
    /** Read instead of the text. */
    @Nullable
    String alias;

    double stress = Stress.NONE;
    /** The sign of money before this number. */
    @Nullable
    String currency;
    /** How numbers are said: {@code &} with and, {@code n} with a short one, {@code a} "a hundred". */
    String flags = "";
    /** Whether the token is not joined to the one on its left. */
    boolean head = true;
    /** Whether a space is put before the phonemes when pieces are joined. */
    boolean gap;

    /** A token of {@code text}, found from {@code start} up to {@code end} (without it) of the plain text. */
    Token(String text, String tag, String whitespace, int start, int end) {
        this.text = text;
        this.tag = tag;
        this.whitespace = whitespace;
        this.start = start;
        this.end = end;
    }

    String text() {
        return text;
    }

    String tag() {
        return tag;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Whether its sound is settled before any dictionary is asked. */
    boolean isFixed() {
        return phonemes != null || alias != null;
    }

    /** A piece of this token: a part of its text with all its properties but place and whitespace. */
    Token piece(int from, int to) {
        Token piece = new Token(text.substring(from, to), tag, "", start + from, start + to);
        piece.stress = stress;
        piece.flags = flags;
        return piece;
    }

    /** One character weighs one, a capital two: the heaviest piece gives the whole its tag. */
    static int weight(String text) {
        return text.codePoints().map(c -> c == Character.toLowerCase(c) ? 1 : 2).sum();
    }

    /** The tokens as one without phonemes, to be looked up as a whole. */
    static Token merge(List<Token> tokens) {
        Token heaviest = tokens.getFirst();
        int most = weight(heaviest.text);
        for (Token token : tokens) {
            int weight = weight(token.text);
            if (weight > most) {
                most = weight;
                heaviest = token;
            }
        }
        return merge(tokens, heaviest.tag);
    }

    /** The tokens as one with this tag, without phonemes. */
    static Token merge(List<Token> tokens, String tag) {
        Token first = tokens.getFirst();
        Token last = tokens.getLast();
        Token whole = new Token(joinedText(tokens), tag, last.whitespace, first.start, last.end);
        whole.head = first.head;
        whole.gap = first.gap;
        whole.stress = commonStress(tokens);
        TreeSet<Integer> flags = new TreeSet<>();
        for (Token token : tokens) {
            if (token.currency != null && (whole.currency == null || token.currency.compareTo(whole.currency) > 0)) {
                whole.currency = token.currency;
            }
            token.flags.codePoints().forEach(flags::add);
        }
        StringBuilder sorted = new StringBuilder();
        flags.forEach(sorted::appendCodePoint);
        whole.flags = sorted.toString();
        return whole;
    }

    /** Phonemes of neighbours as one string, {@link Phonemes#UNKNOWN} where there are none. */
    static String joinedPhonemes(List<Token> tokens) {
        StringBuilder joined = new StringBuilder();
        for (Token token : tokens) {
            String phonemes = token.phonemes;
            boolean open = !joined.isEmpty() && !Character.isWhitespace(joined.charAt(joined.length() - 1));
            if (token.gap && open && phonemes != null && !phonemes.isEmpty()) {
                joined.append(' ');
            }
            joined.append(phonemes == null ? Phonemes.UNKNOWN : phonemes);
        }
        return joined.toString();
    }

    /** The text from the first token to the last, with the whitespace between. */
    static String joinedText(List<Token> tokens) {
        StringBuilder joined = new StringBuilder();
        for (Token token : tokens.subList(0, tokens.size() - 1)) {
            joined.append(token.text).append(token.whitespace);
        }
        return joined.append(tokens.getLast().text).toString();
    }

    /** The stress that all tokens with a wish agree on. */
    private static double commonStress(List<Token> tokens) {
        double common = Stress.NONE;
        for (Token token : tokens) {
            if (Stress.isSet(token.stress)) {
                if (Stress.isSet(common) && common != token.stress) {
                    return Stress.NONE;
                }
                common = token.stress;
            }
        }
        return common;
    }
}
