/** The embedded speech model, hexgrad/Kokoro-82M: 54 voices at 24,000 Hz. */
@NullMarked
package dev.reverie.models.kokoro;

import org.jspecify.annotations.NullMarked;
