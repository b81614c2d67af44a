/**
 * Schedulers of diffusion: which timesteps a run visits, and one step from noise towards a picture. Every step is
 * pure: what it needs is in its arguments. Samples have any shape; a step works element by element. Source:
 * huggingface/diffusers, schedulers; each class names its paper or file.
 */
@NullMarked
package dev.reverie.diffusion.schedule;

import org.jspecify.annotations.NullMarked;
