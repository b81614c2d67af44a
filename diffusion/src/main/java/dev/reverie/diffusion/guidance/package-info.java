/** What is made of the predictions for the prompt and for the negative prompt. */
@NullMarked
package dev.reverie.diffusion.guidance;

import org.jspecify.annotations.NullMarked;
