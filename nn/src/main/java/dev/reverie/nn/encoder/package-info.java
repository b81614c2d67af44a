/**
 * Encoders of text and images. Ids are {@code [N][L]}, states {@code [N, L, C]}. Names and formulas are those of
 * huggingface/transformers, models.
 */
@NullMarked
package dev.reverie.nn.encoder;

import org.jspecify.annotations.NullMarked;
