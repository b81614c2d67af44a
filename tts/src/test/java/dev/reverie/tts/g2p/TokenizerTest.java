package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    /** What the patterns speak of, and some that they do not. */
    private static final String[] ALPHABET =
            ("a b k m g s S U A Z é ß д 中 0 1 5 9 . . . , - – — ~ ' ’ \" “ ( ) [ ] $ £ € % + * ^ / : < = > ; ! ? … & # @ _ "
                            + "° ² µ © 😀 🎉 US$ km 's")
                    .split(" ", 0);

    private static String pattern(String name) {
        return G2pData.lines("tagger/patterns.tsv").stream()
                .filter(line -> line.startsWith(name + "\t"))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private static String random(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(1, 10); n > 0; n--) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }

    @Test
    void patternsFindWhatRegularExpressionsFind() {
        Pattern prefix = Pattern.compile(pattern("prefix"));
        Pattern suffix = Pattern.compile(pattern("suffix"));
        Pattern infix = Pattern.compile(pattern("infix"));
        AffixPattern ownPrefix = AffixPatternParser.parse(pattern("prefix"));
        AffixPattern ownSuffix = AffixPatternParser.parse(pattern("suffix"));
        AffixPattern ownInfix = AffixPatternParser.parse(pattern("infix"));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 3000; i++) {
            String text = random(random);
            int[] x = text.codePoints().toArray();
            Matcher m = prefix.matcher(text);
            assertEquals(m.find() ? count(text, 0, m.end()) : -1, ownPrefix.matchAt(x, 0, 0, x.length), text);
            m = suffix.matcher(text);
            assertEquals(
                    m.find() ? count(text, m.start(), text.length()) : 0, ownSuffix.suffixLength(x, 0, x.length), text);
            m = infix.matcher(text);
            boolean found = m.find();
            int at = ownInfix.find(x, 0, 0, x.length);
            assertEquals(found ? count(text, 0, m.start()) : -1, at, text);
            assertEquals(
                    found ? count(text, 0, m.end()) : -1, at < 0 ? -1 : ownInfix.matchAt(x, at, 0, x.length), text);
        }
    }

    private static int count(String text, int from, int to) {
        return text.codePointCount(from, to);
    }

    @Test
    void tokensGiveTheTextBack() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 2000; i++) {
            String text = random(random) + " " + random(random) + "  \n" + random(random);
            assertEquals(text, joined(Tokenizer.english().tokenize(text)));
        }
    }

    private static String joined(List<TextToken> tokens) {
        return tokens.stream().map(t -> t.text() + t.whitespace()).collect(Collectors.joining());
    }

    private static List<String> texts(String text) {
        return Tokenizer.english().tokenize(text).stream().map(TextToken::text).toList();
    }

    @Test
    void signsAndSpecialStringsAreCut() {
        assertEquals(List.of("(", "ca", "n't", ")", "gon", "na", "10", "a.m."), texts("(can't) gonna 10a.m."));
        assertEquals(List.of("well", "-", "known", ":-)", "U.S.", "5", "km"), texts("well-known :-) U.S. 5km"));
        assertEquals(List.of("see", "https://example.com/a,b?c=d", "."), texts("see https://example.com/a,b?c=d."));
        assertEquals(List.of(), texts(""));
    }

    @Test
    void placesAreThoseOfTheText() {
        String text = "\"I can't,\" he said :-)  ok";
        for (TextToken token : Tokenizer.english().tokenize(text)) {
            assertEquals(token.text(), text.substring(token.start(), token.end()));
        }
    }

    @Test
    void hostileTextsTakeLinearTime() {
        for (String piece :
                List.of("\"", ".", "a", "a-", "a.", "a:", "1:@", "(", "😀", "'", "''", ":-", "US$", "…", "\uD83D")) {
            String text = piece.repeat(1_000_000 / piece.length() / 4);
            assertTimeout(
                    Duration.ofSeconds(20),
                    () -> assertEquals(text, joined(Tokenizer.english().tokenize(text))),
                    piece);
        }
    }
}
