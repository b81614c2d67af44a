package dev.reverie.diffusion.prompt;

import java.util.ArrayList;
import java.util.List;

/** Reads one prompt: first the pieces and the brackets around them, then the weights that the brackets make. */
final class PromptParser {
    private static final double EMPHASIS = 1.1;
    private static final String BREAK = "BREAK";
    private static final double SAME_WEIGHT = 1e-9;

    private final String text;
    /** Pieces without weights; an empty one ends a section. */
    private final List<String> pieces = new ArrayList<>();

    private final Brackets round = new Brackets();
    private final Brackets square = new Brackets();
    private final StringBuilder run = new StringBuilder();

    PromptParser(String text) {
        this.text = text;
    }

    WeightedPrompt parse() {
        for (int at = 0; at < text.length(); ) {
            at = step(at);
        }
        endRun();
        round.closeAll(pieces.size(), EMPHASIS);
        square.closeAll(pieces.size(), 1 / EMPHASIS);
        return new WeightedPrompt(sections());
    }

    /** Reads what stands at {@code at}; where the rest begins. */
    private int step(int at) {
        char c = text.charAt(at);
        if (c == '\\') {
            return escape(at);
        }
        WeightNumber number = c == ':' && round.isOpen() ? WeightNumber.after(text, at) : null;
        if (c == '(' || c == '[') {
            endRun();
            (c == '(' ? round : square).open(pieces.size());
        } else if (number != null) {
            endRun();
            round.close(pieces.size(), number.value());
            return number.end();
        } else if (c == ')' && round.isOpen()) {
            endRun();
            round.close(pieces.size(), EMPHASIS);
        } else if (c == ']' && square.isOpen()) {
            endRun();
            square.close(pieces.size(), 1 / EMPHASIS);
        } else {
            run.append(c);
        }
        return at + 1;
    }

    private int escape(int at) {
        if (at + 1 == text.length() || "()[]\\".indexOf(text.charAt(at + 1)) < 0) {
            return at + 1;
        }
        endRun();
        pieces.add(String.valueOf(text.charAt(at + 1)));
        return at + 2;
    }

    /** Makes pieces of the plain text since the last bracket, cut where BREAK stands as a word. */
    private void endRun() {
        String plain = run.toString();
        run.setLength(0);
        int from = 0;
        for (int at = plain.indexOf(BREAK); at >= 0; at = plain.indexOf(BREAK, at + BREAK.length())) {
            int after = at + BREAK.length();
            if (isWordAt(plain, at - 1) || isWordAt(plain, after)) {
                continue;
            }
            int end = at;
            while (end > from && isSpace(plain.charAt(end - 1))) {
                end--;
            }
            addPiece(plain.substring(from, end));
            pieces.add("");
            from = after;
            while (from < plain.length() && isSpace(plain.charAt(from))) {
                from++;
            }
        }
        addPiece(plain.substring(from));
    }

    private void addPiece(String piece) {
        if (!piece.isEmpty()) {
            pieces.add(piece);
        }
    }

    /** Whether a letter, a digit or an underline stands there. */
    private static boolean isWordAt(String plain, int index) {
        if (index < 0 || index >= plain.length()) {
            return false;
        }
        int codePoint = index > 0 && Character.isLowSurrogate(plain.charAt(index))
                ? plain.codePointBefore(index + 1)
                : plain.codePointAt(index);
        int type = Character.getType(codePoint);
        return codePoint == '_'
                || Character.isLetterOrDigit(codePoint)
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** White space as Python has it: Unicode's, and four separators of ASCII. */
    static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || Character.isWhitespace(c) || c == 0x85;
    }

    private List<List<PromptPiece>> sections() {
        double[] inRound = round.weights(pieces.size());
        double[] inSquare = square.weights(pieces.size());
        List<List<PromptPiece>> sections = new ArrayList<>();
        Section section = new Section();
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).isEmpty()) {
                sections.add(section.end());
                section = new Section();
            } else {
                section.add(pieces.get(i), inRound[i] * inSquare[i]);
            }
        }
        sections.add(section.end());
        return pieces.isEmpty() ? List.of(List.of(new PromptPiece("", 1))) : sections;
    }

    /** Joins neighbours of one weight. */
    private static final class Section {
        private final List<PromptPiece> joined = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private double weight;

        void add(String piece, double pieceWeight) {
            if (!text.isEmpty() && !(Math.abs(weight - pieceWeight) < SAME_WEIGHT)) {
                joined.add(new PromptPiece(text.toString(), weight));
                text.setLength(0);
            }
            weight = text.isEmpty() ? pieceWeight : weight;
            text.append(piece);
        }

        List<PromptPiece> end() {
            if (!text.isEmpty()) {
                joined.add(new PromptPiece(text.toString(), weight));
            }
            return joined;
        }
    }
}
