package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an unknown word into what can be read by itself: runs of letters with apostrophes inside, numbers, single signs;
 * letters also before a capital that begins a part, as in {@code camelCase} and {@code HTTPServer}, but not in {@code
 * McGregor} and {@code O'Neil}.
 */
final class WordCutter {
    private final String text;

    private WordCutter(String text) {
        this.text = text;
    }

    static List<Token> cut(Token word) {
        WordCutter cutter = new WordCutter(word.text());
        List<Token> pieces = new ArrayList<>();
        for (int at = 0; at < cutter.text.length(); ) {
            int end = cutter.end(at);
            Token piece = word.piece(at, end);
            piece.head = at == 0;
            pieces.add(piece);
            at = end;
        }
        return pieces;
    }

    private int end(int at) {
        if (isDigit(at)) {
            int end = at + 1;
            while (isDigit(end) || (isPoint(end) && isDigit(end + 1))) {
                end++;
            }
            return end;
        }
        if (!isLetter(at)) {
            return at + Character.charCount(text.codePointAt(at));
        }
        int end = at + 1;
        while ((isLetter(end) && !beginsPart(end, at)) || (isApostrophe(end) && isLetter(end + 1))) {
            end++;
        }
        return end;
    }

    /** Whether a capital at {@code i} begins a part of its own in the letters from {@code start} on. */
    private boolean beginsPart(int i, int start) {
        if (!Character.isUpperCase(text.charAt(i)) || isApostrophe(i - 1)) {
            return false;
        }
        if (Character.isLowerCase(text.charAt(i - 1))) {
            String before = text.substring(start, i);
            return !before.equals("Mc") && !before.equals("Mac");
        }
        return isLower(i + 1) && isLower(i + 2); // the last capital of HTTPServer; not of IDs
    }

    private boolean isLower(int i) {
        return i < text.length() && Character.isLowerCase(text.charAt(i));
    }

    private boolean isLetter(int i) {
        return i < text.length() && Character.isLetter(text.charAt(i));
    }

    private boolean isDigit(int i) {
        return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }

    private boolean isPoint(int i) {
        return i < text.length() && (text.charAt(i) == '.' || text.charAt(i) == ',');
    }

    private boolean isApostrophe(int i) {
        return i < text.length() && text.charAt(i) == '\'';
    }
}
