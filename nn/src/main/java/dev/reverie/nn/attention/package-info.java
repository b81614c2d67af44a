/** The one way to compute attention heads. Tokens are {@code [N, L, C]}, heads side by side in C. */
@NullMarked
package dev.reverie.nn.attention;

import org.jspecify.annotations.NullMarked;
