/** The embedded model that draws emoji, of 128 x 128 pixels. */
@NullMarked
package dev.reverie.models.emoji;

import org.jspecify.annotations.NullMarked;
