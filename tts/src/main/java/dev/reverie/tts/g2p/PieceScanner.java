package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a token into runs of letters (with apostrophes inside), numbers, dashes, and single signs; {@code camelCase} is
 * cut at its capital. What fits nowhere, such as a lone apostrophe before a digit, is dropped.
 */
final class PieceScanner {
    private final int[] x;

    private PieceScanner(String text) {
        this.x = text.codePoints().toArray();
    }

    /** The pieces, the last with the token's whitespace. */
    static List<Token> pieces(Token token) {
        PieceScanner scanner = new PieceScanner(token.text());
        List<Token> pieces = new ArrayList<>();
        int from = 0; // in chars, as at is in code points
        for (int at = 0; at < scanner.x.length; ) {
            int end = scanner.end(at);
            int next = Math.max(end, at + 1);
            int to = from;
            for (int i = at; i < next; i++) {
                to += Character.charCount(scanner.x[i]);
            }
            if (end > at) {
                pieces.add(token.piece(from, to));
            }
            from = to;
            at = next;
        }
        if (!pieces.isEmpty()) {
            pieces.getLast().whitespace = token.whitespace;
        }
        return pieces;
    }

    /** End of the piece that begins at {@code at}; {@code at} itself if none does. */
    private int end(int at) {
        int apostrophes = at;
        while (apostrophes < x.length && Characters.isApostrophe(x[apostrophes])) {
            apostrophes++;
        }
        if (apostrophes > at) {
            boolean alone = at > 0 && apostrophes == at + 1;
            int camel = alone ? apostrophesEnd(at) : at;
            if (endsBeforeCapital(camel)) {
                return camel + 1;
            }
            return alone && apostrophes < x.length ? at : apostrophes;
        }
        if (isUpper(at) && isUpper(at + 1) && isLower(at + 2)) {
            return at + 1;
        }
        int number = numberEnd(at == 0 && x[0] == '-' ? 1 : at);
        if (number > at) {
            return number;
        }
        if (x[at] == '-' || x[at] == '_') {
            int end = at;
            while (end < x.length && (x[end] == '-' || x[end] == '_')) {
                end++;
            }
            return end;
        }
        return Character.isLetter(x[at]) ? lettersEnd(at) : at + 1;
    }

    /** Digits, with single points or commas before them; -1 if there are none. */
    private int numberEnd(int at) {
        int i = at;
        while (i < x.length) {
            if (Character.isDigit(x[i])) {
                i++;
            } else if ((x[i] == '.' || x[i] == ',') && i + 1 < x.length && Character.isDigit(x[i + 1])) {
                i += 2;
            } else {
                break;
            }
        }
        return i > at ? i : -1;
    }

    private int lettersEnd(int at) {
        int end = at;
        while (end < x.length && Character.isLetter(x[end])) {
            if (endsBeforeCapital(end)) {
                return end + 1;
            }
            end++;
        }
        end = apostrophesEnd(end);
        return endsBeforeCapital(end) ? end + 1 : end;
    }

    /** Behind letters that each have an apostrophe before them. */
    private int apostrophesEnd(int at) {
        int end = at;
        while (end + 1 < x.length && Characters.isApostrophe(x[end]) && Character.isLetter(x[end + 1])) {
            end += 2;
        }
        return end;
    }

    /** Whether a small letter stands here before a capital. */
    private boolean endsBeforeCapital(int at) {
        return isLower(at) && isUpper(at + 1);
    }

    private boolean isUpper(int at) {
        return at < x.length && Character.getType(x[at]) == Character.UPPERCASE_LETTER;
    }

    private boolean isLower(int at) {
        return at < x.length && Character.getType(x[at]) == Character.LOWERCASE_LETTER;
    }
}
