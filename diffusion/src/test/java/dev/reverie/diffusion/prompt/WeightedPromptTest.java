package dev.reverie.diffusion.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightedPromptTest {
    private static List<PromptPiece> pieces(String text) {
        List<List<PromptPiece>> sections = WeightedPrompt.parse(text).sections();
        assertEquals(1, sections.size());
        return sections.getFirst();
    }

    @Test
    void digitsOfAnyScriptAreNumbers() {
        assertEquals(List.of(new PromptPiece("x", 1.5)), pieces("(x:\uFF11.\uFF15)"));
    }

    @Test
    void whatIsNoNumberIsText() {
        for (String text : List.of("x:.", "x:1e3", "x:", "x:--1", "x:1,2", "x:NaN", "x:Infinity")) {
            assertEquals(List.of(new PromptPiece(text, 1.1)), pieces("(" + text + ")"));
        }
    }

    @Test
    void breakIsAWordOfItsOwn() {
        assertEquals(2, WeightedPrompt.parse("a(BREAK)b").sections().size());
        assertEquals(3, WeightedPrompt.parse("BREAK BREAK").sections().size());
        for (String text : List.of("BREAK_", "\u00E9BREAK", "\uD835\uDCB3BREAK", "\u2167BREAK", "BREAK1")) {
            assertEquals(List.of(new PromptPiece(text, 1)), pieces(text));
        }
        assertEquals(2, WeightedPrompt.parse("\uD83D\uDE80BREAK").sections().size());
    }

    @Test
    void aPlainPromptMeansItself() {
        assertEquals(
                List.of(List.of(new PromptPiece("(a) BREAK", 1))),
                WeightedPrompt.plain("(a) BREAK").sections());
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        for (String text :
                List.of("(a:" + "9".repeat(400) + ")", "(".repeat(10_000) + "a", "((a:0):" + "9".repeat(400) + ")")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> WeightedPrompt.parse(text));
            assertTrue(String.valueOf(refused.getMessage()).contains("not finite"), refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new PromptPiece("a", Double.NaN));
    }

    /** Nested and crossing brackets a hundred thousand deep: each piece is looked at a few times. */
    @Test
    void longPromptsAreLinear() {
        int n = 100_000;
        assertEquals(
                n + 1, WeightedPrompt.parse("a BREAK ".repeat(n)).sections().size());
        assertEquals(List.of(new PromptPiece("x".repeat(n), 1)), pieces("(x:1)".repeat(n)));
        assertEquals(1.0, pieces("([".repeat(5000) + "x").getFirst().weight(), 1e-6);
        assertEquals(List.of(new PromptPiece("", 1)), pieces("(".repeat(n)));
    }
}
