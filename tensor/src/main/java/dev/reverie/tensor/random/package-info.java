/** Random generators that draw what the reference implementations draw, so that a seed means the same result. */
@NullMarked
package dev.reverie.tensor.random;

import org.jspecify.annotations.NullMarked;
