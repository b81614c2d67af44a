/** Layers as records, each bound to the names of a checkpoint by its {@code load}. */
@NullMarked
package dev.reverie.nn;

import org.jspecify.annotations.NullMarked;
