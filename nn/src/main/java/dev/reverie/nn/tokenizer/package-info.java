/**
 * Tokenizers: text to ids, as the published models were trained with. Places in a text are those of its {@code char}s.
 * Formats: huggingface/tokenizers' {@code tokenizer.json}, OpenAI's CLIP, SentencePiece.
 */
@NullMarked
package dev.reverie.nn.tokenizer;

import org.jspecify.annotations.NullMarked;
