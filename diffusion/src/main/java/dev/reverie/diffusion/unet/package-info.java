/**
 * The denoising U-Net of Stable Diffusion and its side networks. Latents are {@code [N, H, W, C]}, tokens {@code
 * [N, L, C]}.
 */
@NullMarked
package dev.reverie.diffusion.unet;

import org.jspecify.annotations.NullMarked;
