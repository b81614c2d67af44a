/**
 * What a checkpoint is: the names, numbers and assembly of each family, from folders as huggingface/diffusers has them
 * and from single files as CompVis/stable-diffusion and Stability-AI/generative-models have them.
 *
 * <p>{@link dev.reverie.diffusion.family.StableDiffusion} is what {@code ImageModel} hands out; a picture is a
 * {@code PictureRun} of one or two {@code StableDiffusionRun}s, around the loop in {@code Denoising}. Latents are
 * {@code [N, h, w, C]}.
 */
@NullMarked
package dev.reverie.diffusion.family;

import org.jspecify.annotations.NullMarked;
