/**
 * What is made of the predictions for the prompt and for the negative prompt: {@code [conditions N, h, w, C] -> [N, h, w,
 * C]} (Ho and Salimans, arXiv 2207.12598).
 */
@NullMarked
package dev.reverie.diffusion.guidance;

import org.jspecify.annotations.NullMarked;
