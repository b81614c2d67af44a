/** The embedded emoji model. */
@NullMarked
package dev.reverie.models.emoji;

import org.jspecify.annotations.NullMarked;
