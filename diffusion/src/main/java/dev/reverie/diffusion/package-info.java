/**
 * Pictures from words: {@link dev.reverie.diffusion.ImageModel}, what it is asked and what it gives.
 *
 * <p>Sizes are pixels, width before height; an {@link dev.reverie.diffusion.Image} has rows of 8-bit values, {@code [H, W,
 * C]}. Inside, pictures are {@code [N, H, W, 3]} from -1 to 1, latents {@code [N, h, w, C]}.
 */
@NullMarked
package dev.reverie.diffusion;

import org.jspecify.annotations.NullMarked;
