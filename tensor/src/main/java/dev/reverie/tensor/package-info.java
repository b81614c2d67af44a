/**
 * Tensors, the memory that they live in, and the checked door to the kernels.
 *
 * <p>Activations are float32, dense, row-major and channels last: images {@code [N, H, W, C]}, audio {@code [N, T, C]},
 * video {@code [N, F, H, W, C]}, tokens {@code [N, L, C]}. {@link dev.reverie.tensor.Ops} checks shapes and calls
 * kernels; a {@link dev.reverie.tensor.Frame} lends the memory of results.
 */
@NullMarked
package dev.reverie.tensor;

import org.jspecify.annotations.NullMarked;
