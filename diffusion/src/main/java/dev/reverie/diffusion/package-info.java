/** Pictures from words: {@code ImageModel}, what it is asked and what it gives. */
@NullMarked
package dev.reverie.diffusion;

import org.jspecify.annotations.NullMarked;
