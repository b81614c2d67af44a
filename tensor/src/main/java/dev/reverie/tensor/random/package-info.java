/**
 * Random generators that draw what the reference implementations draw, so that a seed means the same result: of PyTorch
 * those of the CPU (aten/src/ATen/core/MT19937RNGEngine.h, DistributionTemplates.h) and of GPUs (PhiloxRNGEngine.h).
 */
@NullMarked
package dev.reverie.tensor.random;

import org.jspecify.annotations.NullMarked;
