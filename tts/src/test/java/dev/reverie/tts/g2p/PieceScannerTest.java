package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PieceScannerTest {
    /** The nine alternatives, as a regular expression; too slow and too deep for long texts. */
    private static final Pattern PIECE = Pattern.compile("^['‘’]+"
            + "|\\p{Lu}(?=\\p{Lu}\\p{Ll})"
            + "|(?:^-)?(?:\\p{Nd}?[,.]?\\p{Nd})+"
            + "|[-_]+"
            + "|['‘’]{2,}"
            + "|\\p{L}*?(?:['‘’]\\p{L})*?\\p{Ll}(?=\\p{Lu})"
            + "|\\p{L}+(?:['‘’]\\p{L})*"
            + "|[^-_\\p{L}'‘’\\p{Nd}]"
            + "|['‘’]+$");

    private static final String[] ALPHABET = "a b A B é ǅ 中 1 2 ٣ ' ’ - _ . , : / ( 😀".split(" ", 0);

    private static List<String> pieces(String text) {
        return PieceScanner.pieces(new Token(text, "NN", " ", 0, text.length())).stream()
                .map(Token::text)
                .toList();
    }

    @Test
    void piecesAreThoseOfTheExpression() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
            }
            List<String> expected =
                    PIECE.matcher(text).results().map(MatchResult::group).toList();
            assertEquals(expected, pieces(text.toString()), text.toString());
        }
    }

    @Test
    void theLastPieceKeepsTheSpaceAndAllKnowTheirPlace() {
        List<Token> pieces = PieceScanner.pieces(new Token("aB-3.5", "NN", " ", 10, 16));
        assertEquals(
                List.of("a", "B", "-", "3.5"), pieces.stream().map(Token::text).toList());
        assertEquals(
                List.of("", "", "", " "), pieces.stream().map(p -> p.whitespace).toList());
        assertEquals(List.of(10, 11, 12, 13), pieces.stream().map(Token::start).toList());
        assertEquals(16, pieces.getLast().end());
    }
}
