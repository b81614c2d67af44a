/**
 * Pictures as 8-bit values {@code [H, W, C]}: reading, resizing as PIL does, writing with the request inside; and as
 * tensors {@code [N, H, W, C]}, from 0 to 1 or from -1 to 1, as models take them (huggingface/diffusers,
 * image_processor.py; huggingface/transformers, CLIPImageProcessor).
 */
@NullMarked
package dev.reverie.diffusion.image;

import org.jspecify.annotations.NullMarked;
