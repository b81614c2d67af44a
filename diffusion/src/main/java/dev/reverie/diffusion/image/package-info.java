/** Pictures as 8-bit values: reading, resizing as PIL does, and writing with the request inside. */
@NullMarked
package dev.reverie.diffusion.image;

import org.jspecify.annotations.NullMarked;
