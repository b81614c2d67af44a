package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shares out pauses and stress between the pieces of one word. */
final class Compound {
    private static final double WEAKER = -0.5;

    private Compound() {}

    /** Settles what was not found, and marks gaps or takes stress from the lighter pieces. */
    static void settle(List<Token> pieces) {
        boolean gap = hasGaps(Token.joinedText(pieces));
        List<Token> sounding = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Token piece = pieces.get(i);
            if (piece.phonemes == null) {
                settleSign(piece, i == pieces.size() - 1);
            } else if (i > 0) {
                piece.gap = gap;
            }
            if (piece.phonemes != null && !piece.phonemes.isEmpty()) {
                sounding.add(piece);
            }
        }
        if (!gap) {
            weakenLighter(sounding);
        }
    }

    private static void settleSign(Token piece, boolean last) {
        if (last && piece.text().length() == 1 && Phonemes.STOPS.contains(piece.text())) {
            piece.phonemes = piece.text();
        } else if (Phonemes.isJunk(piece.text())) {
            piece.phonemes = "";
        }
    }

    /** Whether letters, digits and other signs meet, or there is a space or slash. */
    private static boolean hasGaps(String text) {
        long kinds = text.codePoints()
                .filter(c -> !Phonemes.isOneOf(Phonemes.JUNK, c))
                .map(Compound::kind)
                .distinct()
                .count();
        return kinds > 1 || text.indexOf(' ') >= 0 || text.indexOf('/') >= 0;
    }

    private static int kind(int c) {
        if (Character.isLetter(c)) {
            return 0;
        }
        return c >= '0' && c <= '9' ? 1 : 2;
    }

    private static void weakenLighter(List<Token> sounding) {
        int n = sounding.size();
        if (n == 2 && sounding.getFirst().text().codePoints().count() == 1) {
            weaken(sounding.getLast()); // T-shirt, X-ray
            return;
        }
        long stressed = sounding.stream().filter(Compound::isStressed).count();
        if (n < 2 || stressed <= (n + 1) / 2) {
            return;
        }
        sounding.sort(
                Comparator.comparing(Compound::isStressed).thenComparingInt(Compound::weight)); // stable: by place
        sounding.subList(0, n / 2).forEach(Compound::weaken);
    }

    private static boolean isStressed(Token piece) {
        return piece.phonemes != null && Phonemes.hasPrimary(piece.phonemes);
    }

    private static int weight(Token piece) {
        return piece.phonemes == null ? 0 : Phonemes.weight(piece.phonemes);
    }

    private static void weaken(Token piece) {
        if (piece.phonemes != null) {
            piece.phonemes = Stress.apply(piece.phonemes, WEAKER);
        }
    }
}
