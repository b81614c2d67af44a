/**
 * Prompts: weights in brackets, windows of 77 tokens, textual inversion, and what they are encoded to: states
 * {@code [N, L, C]}.
 */
@NullMarked
package dev.reverie.diffusion.prompt;

import org.jspecify.annotations.NullMarked;
