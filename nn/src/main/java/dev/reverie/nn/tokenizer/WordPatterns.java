package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The patterns that published byte-pair tokenizers find words by. Others are refused: a pattern from a file could take
 * any time. All of these take time linear in the text.
 */
final class WordPatterns {
    private static final String CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
    private static final String CLIP_WORDS = CONTRACTIONS + "|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    /** openai/CLIP, clip/simple_tokenizer.py. */
    static final Pattern CLIP = compile(
            // Two special tokens stand first there; spelt in capitals they come here, and fall into three words,
            // unless their first mark continues a run of marks.
            "(?<=(?<![^\\s\\p{L}\\p{N}])<\\|(?:start|end)oftext)\\|>|" + CLIP_WORDS);

    /** openai/gpt-2, src/encoder.py. */
    static final Pattern GPT2 = compile(CONTRACTIONS + "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /** meta-llama/llama3, llama/tokenizer.py. */
    private static final String LLAMA3 = cased("{1,3}");

    /** QwenLM/Qwen, tokenization_qwen.py. */
    private static final String QWEN2 = cased("");

    private static final Map<String, Pattern> BY_TEXT = Map.of(
            CLIP_WORDS,
            compile(CLIP_WORDS),
            "<\\|startoftext\\|>|<\\|endoftext\\|>|" + CLIP_WORDS,
            CLIP,
            GPT2.pattern(),
            GPT2,
            LLAMA3,
            compile(LLAMA3),
            QWEN2,
            compile(QWEN2));

    private WordPatterns() {}

    private static String cased(String digits) {
        return "(?i:" + CONTRACTIONS + ")|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    private static Pattern compile(String pattern) {
        return Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** The pattern that a {@code tokenizer.json} spells out. */
    static Pattern of(Json regex) throws CheckpointException {
        Pattern pattern = BY_TEXT.get(regex.asString());
        if (pattern == null) {
            throw regex.fault("is not a pattern of a tokenizer that is known here (CLIP, GPT-2, Llama 3, Qwen 2)");
        }
        return pattern;
    }
}
