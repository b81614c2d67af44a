package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts tokens into pieces that a dictionary may have, settles punctuation and money, and groups pieces that stand without
 * space between them into words.
 */
final class TokenSplitter {
    /** Longer words are cut: the number of look-ups for a word grows with the square of its pieces. */
    private static final int MOST_PIECES = 40;

    private static final Set<String> CURRENCIES = Set.of("$", "£", "€");
    private static final Set<String> PUNCTUATION_TAGS =
            Set.of(".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP");

    private final List<Token> tokens;
    private final List<List<Token>> words = new ArrayList<>();
    /** The sign of money that was seen last, as long as numbers follow it. */
    private @Nullable String currency;
    /** Whether the last word takes further pieces. */
    private boolean open;

    private TokenSplitter(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The words of a text, each a list of pieces. */
    static List<List<Token>> split(List<Token> tokens) {
        TokenSplitter splitter = new TokenSplitter(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            splitter.add(i);
        }
        return splitter.words;
    }

    private void add(int index) {
        Token token = tokens.get(index);
        List<Token> pieces = token.isFixed() ? List.of(token) : PieceScanner.pieces(token);
        for (int j = 0; j < pieces.size(); j++) {
            Token piece = pieces.get(j);
            if (!piece.isFixed()) {
                boolean lastOfNumber = j + 1 == pieces.size() && !isNumberTagged(index + 1);
                settle(piece, lastOfNumber);
                if (!piece.isFixed() && piece.text().equals("2") && isBetweenLetters(pieces, j)) {
                    piece.alias = "to";
                }
            }
            group(piece);
        }
    }

    private boolean isNumberTagged(int index) {
        return index < tokens.size() && tokens.get(index).tag().equals("CD");
    }

    /** Gives signs their sound, and the number after a sign of money its currency. */
    private void settle(Token piece, boolean lastOfNumber) {
        String text = piece.text();
        String tag = piece.tag();
        if (tag.equals("$") && CURRENCIES.contains(text)) {
            currency = text;
            piece.phonemes = "";
        } else if (tag.equals(":") && (text.equals("-") || text.equals("–"))) {
            piece.phonemes = "—";
        } else if (PUNCTUATION_TAGS.contains(tag) && !isAsciiLetters(text)) {
            piece.phonemes = punctuation(tag, text);
        } else if (currency != null) {
            if (!tag.equals("CD")) {
                currency = null;
            } else if (lastOfNumber) {
                piece.currency = currency;
            }
        }
    }

    private static String punctuation(String tag, String text) {
        return switch (tag) {
            case "-LRB-" -> "(";
            case "-RRB-" -> ")";
            case "``" -> "“";
            case "''", "\"\"" -> "”";
            default -> {
                StringBuilder kept = new StringBuilder();
                text.chars()
                        .filter(c -> Phonemes.isOneOf(Phonemes.PUNCTUATION, c))
                        .forEach(c -> kept.append((char) c));
                yield kept.toString();
            }
        };
    }

    /** {@code text2speech}: the letters on both sides touch. */
    private static boolean isBetweenLetters(List<Token> pieces, int at) {
        if (at == 0 || at + 1 == pieces.size()) {
            return false;
        }
        String before = pieces.get(at - 1).text();
        return Character.isLetter(before.codePointBefore(before.length()))
                && Character.isLetter(pieces.get(at + 1).text().codePointAt(0));
    }

    private void group(Token piece) {
        if (piece.isFixed()) {
            words.add(List.of(piece));
            open = false;
        } else if (open
                && words.getLast().getLast().whitespace.isEmpty()
                && words.getLast().size() < MOST_PIECES) {
            piece.head = false;
            words.getLast().add(piece);
        } else {
            words.add(new ArrayList<>(List.of(piece)));
            open = piece.whitespace.isEmpty();
        }
    }

    private static boolean isAsciiLetters(String text) {
        return text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }
}
