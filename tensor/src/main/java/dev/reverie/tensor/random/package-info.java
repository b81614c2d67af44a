/**
 * Random generators that draw what the reference implementations draw, so that a seed means the same result: those of
 * PyTorch on CPUs ({@link dev.reverie.tensor.random.TorchRandom}) and on GPUs ({@link
 * dev.reverie.tensor.random.Philox}).
 */
@NullMarked
package dev.reverie.tensor.random;

import org.jspecify.annotations.NullMarked;
