/** The embedded speech model. */
@NullMarked
package dev.reverie.models.kokoro;

import org.jspecify.annotations.NullMarked;
