/** Encoders of text and images. Tokens are {@code [N, L, C]}. */
@NullMarked
package dev.reverie.nn.encoder;

import org.jspecify.annotations.NullMarked;
