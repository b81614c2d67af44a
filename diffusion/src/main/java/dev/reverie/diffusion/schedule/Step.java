package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * What one step leads to.
 *
 * @param sample the less noisy sample, where the next step goes on
 * @param denoised what the sample would be without noise, as the model sees it now: for previews
 * @param history what the next step must be given
 */
public record Step(Tensor sample, Tensor denoised, History history) {}
