/**
 * The kernels: one operation family a file, the scalar twin beside the vector twin, equal to the bit.
 *
 * <p>Not exported. Kernels take {@code float[]} and {@code int} offsets and trust their arguments; the checks are in
 * {@link dev.reverie.tensor.Ops}.
 */
@NullMarked
package dev.reverie.tensor.kernel;

import org.jspecify.annotations.NullMarked;
