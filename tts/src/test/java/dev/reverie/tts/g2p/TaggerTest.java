package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaggerTest {

    @Test
    void keysAndRows() {
        TagFeatures features = new TagFeatures();
        assertEquals(0x670e66a635739a92L, features.key("the"));
        assertEquals(0x68b812edaaf1ac6bL, features.key("résumé"));
        assertEquals(0xc0e8dfba091d8f01L, features.key("😀"));
        assertEquals(101, features.key("X"));
        assertEquals(0, features.key(""));
        assertArrayEquals(new int[] {2498, 2909, 2599, 4364}, TagFeatures.Attribute.NORM.rows(features.key("the")));
        assertArrayEquals(new int[] {799, 251, 239, 1307}, TagFeatures.Attribute.SHAPE.rows(features.key("😀")));
        assertArrayEquals(new int[] {1200, 2354, 1912, 1453}, TagFeatures.Attribute.SHAPE.rows(1));
    }

    @Test
    void shapes() {
        assertEquals("Xxxxx", shape("Hello"));
        assertEquals("xxXX", shape("abCD"));
        assertEquals("d,ddd.d", shape("1,000.5"));
        assertEquals("....", shape("......"));
        assertEquals("xxxx", shape("中文字母表"));
        assertEquals("d😀d", shape("²😀①"));
        assertEquals("LONG", shape("a".repeat(100)));
    }

    private static String shape(String text) {
        return TagFeatures.shape(text.codePoints().toArray());
    }

    /** Blocks with their neighbours must give what the whole text at once gives. */
    @Test
    void blocksDoNotShow() {
        List<TextToken> tokens = Tokenizer.english()
                .tokenize("He read the used book, which wound up on a shelf near the bank. ".repeat(40));
        Tagger tagger = Tagger.english();
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            int reach = TaggerNetwork.REACH;
            List<long[]> keys = tokens.stream().map(tagger.features()::keys).toList();
            Tensor rows = TaggerNetwork.padded(frame, tagger.network().embed(frame, keys), reach, reach);
            Tensor logits = tagger.network()
                    .logits(frame, tagger.network().encode(frame, rows).rows(reach, reach + tokens.size()));
            assertEquals(tagger.tagsOf(logits), tagger.tag(tokens));
        }
    }
}
