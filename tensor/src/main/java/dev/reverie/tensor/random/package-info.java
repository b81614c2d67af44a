/** Random generators. */
@NullMarked
package dev.reverie.tensor.random;

import org.jspecify.annotations.NullMarked;
