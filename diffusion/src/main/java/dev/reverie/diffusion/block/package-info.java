/** Parts that the U-Net and the autoencoders are both made of. Maps are {@code [N, H, W, C]}. */
@NullMarked
package dev.reverie.diffusion.block;

import org.jspecify.annotations.NullMarked;
