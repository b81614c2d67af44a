/** Autoencoders between pictures {@code [N, H, W, 3]} in -1 .. 1 and latents {@code [N, h, w, C]}. */
@NullMarked
package dev.reverie.diffusion.vae;

import org.jspecify.annotations.NullMarked;
