package dev.reverie.nn.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.Map;

/** The golden cases of {@code tokenizer/}: rows of text and ids. */
public final class TokenizerGoldens {
    private TokenizerGoldens() {}

    public static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "clip-bpe", TokenizerGoldens::clip,
                "sentencepiece-unigram", TokenizerGoldens::rows,
                "byte-level-bpe", TokenizerGoldens::rows);
    }

    /** Where the case has the published vocabulary, the one that the library carries is held against it. */
    private static void clip(GoldenCase golden) throws IOException {
        rows(golden);
        if (Tokenizer.load(golden.folder()).size() == 49_408) {
            rows(golden, Tokenizer.clip("<|endoftext|>"));
        }
    }

    private static void rows(GoldenCase golden) throws IOException {
        rows(golden, Tokenizer.load(golden.folder()));
    }

    private static void rows(GoldenCase golden, Tokenizer tokenizer) throws IOException {
        Json call = golden.json().get("call");
        int length = call.getInt("max_length", Tokenizer.UNLIMITED);
        boolean padded = call.getString("padding", "").equals("max_length");
        for (Json row : golden.rows("rows")) {
            String text = row.getString("text");
            Tokens tokens = tokenizer.complete(text, length);
            if (padded) {
                tokens = tokens.paddedTo(length, tokenizer.special().pad());
            }
            assertArrayEquals(row.getInts("ids"), tokens.ids(), text);
        }
    }
}
