/** Audio files. Samples are float32 in [-1, 1]. */
@NullMarked
package dev.reverie.tts.audio;

import org.jspecify.annotations.NullMarked;
