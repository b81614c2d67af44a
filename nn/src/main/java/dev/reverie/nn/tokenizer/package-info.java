/** Tokenizers: text to ids, as the published models were trained with. */
@NullMarked
package dev.reverie.nn.tokenizer;

import org.jspecify.annotations.NullMarked;
