package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextCleanupTest {
    private static String clean(String text) {
        return TextCleanup.clean(text).text();
    }

    @Test
    void spacesCollapse() {
        assertEquals("a b c ", clean(" \t a\n\n\u00A0b \u2003c\r\n"));
    }

    @Test
    void accentsOfLatinLettersFallAway() {
        assertEquals("cafe Cafe Oersted naive strasse", clean("café Cafe\u0301 Œrsted naïve straße"));
        assertEquals("Ελλάδα й", clean("Ελλάδα й"), "other scripts stay as they are");
    }

    @Test
    void whatHasNoSoundFallsAway() {
        assertEquals("hi there.", clean("hi\u0007 the\u00ADre\uFEFF❤\uFE0F."));
        assertEquals("a b", clean("a😀b"), "but still keeps words apart");
        assertEquals("a b", clean("a\uD83Db"), "half a surrogate pair");
        assertEquals("ok ", clean("ok 👍🏽👩\u200D👧"));
        assertEquals("25°C × 2", clean("25°C × 2"));
    }

    @Test
    void signsRepeatThreeTimesAtMost() {
        assertEquals("a --- b... c!!!", clean("a -------- b...... c!!!"));
        assertEquals("aaaa 11111", clean("aaaa 11111"));
    }

    @Test
    void featuresOfLinksStay() {
        assertEquals("[cafe](/kæˈfeː/) e", clean("[café](/kæˈfeː/) é"));
    }

    @Test
    void placesLeadBack() {
        String text = "Cafe\u0301 😀 olé";
        SourceText cleaned = TextCleanup.clean(text);
        assertEquals("Cafe ole", cleaned.text());
        assertEquals("e\u0301", text.substring(cleaned.start(3), cleaned.end(3)));
        assertEquals("é", text.substring(cleaned.start(7), cleaned.end(7)));
        assertEquals("o", text.substring(cleaned.start(5), cleaned.end(5)));
    }
}
