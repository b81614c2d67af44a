/**
 * Layers as records, each bound to the names of a checkpoint by its {@code load}, which are those of PyTorch's modules.
 * Axes are as in {@link dev.reverie.tensor}: the last one is the channels.
 */
@NullMarked
package dev.reverie.nn;

import org.jspecify.annotations.NullMarked;
