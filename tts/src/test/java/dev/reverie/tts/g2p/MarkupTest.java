package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\]\\(([^)]*)\\)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "[a](b)",
                "x [a b](/c/) y [d](2)",
                "[a [b](c)",
                "[](c)[d](e)",
                "[a] (b) [c](",
                "[a](b)[c](d))",
                "]([a](b)",
                "[[a]](b) [c](d)",
                "[a](((b)"
            })
    void linksAreThoseOfThePattern(String text) {
        List<String> expected =
                LINK.matcher(text).results().map(m -> m.start() + "-" + m.end()).toList();
        assertEquals(
                expected,
                Markup.links(text).stream().map(l -> l.start() + "-" + l.end()).toList());
    }

    @Test
    void featuresAreReadAndTextsStay() {
        Markup markup = Markup.parse(SourceText.of("a [b c](/x/) [d](-0.5)[e](#&n#) [f](2) [g](what) [h]()"));
        assertEquals("a b c de f g h", markup.plain().text());
        assertEquals(4, markup.features().size());
        assertEquals(
                new Markup.Feature(1, Stress.NONE, "x", null), markup.features().get(0));
        assertEquals(new Markup.Feature(2, -0.5, null, null), markup.features().get(1));
        assertEquals(
                new Markup.Feature(3, Stress.NONE, null, "&n"),
                markup.features().get(2));
        assertEquals(new Markup.Feature(4, 2, null, null), markup.features().get(3));
        assertEquals(0, markup.parts()[0]);
        assertEquals(-1, markup.parts()[1]);
        assertEquals(1, markup.parts()[4], "the c of b c");
    }

    @Test
    void placesLeadBackIntoTheText() {
        SourceText plain = Markup.parse(SourceText.of("a [bc](/x/) d")).plain();
        assertEquals("a bc d", plain.text());
        assertEquals(3, plain.start(2));
        assertEquals(12, plain.start(5));
        assertEquals(13, plain.end(5));
    }

    @Test
    void linksOfHostileTextsTakeLinearTime() {
        for (String piece : List.of("[", "[a]", "[](", "[a](", "]")) {
            String text = piece.repeat(300_000);
            assertTimeout(
                    Duration.ofSeconds(5), () -> assertTrue(Markup.links(text).isEmpty(), piece));
        }
    }
}
