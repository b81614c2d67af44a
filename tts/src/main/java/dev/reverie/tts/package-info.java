/** Text to speech. Samples are float32 in [-1, 1], mono, at the rate that {@code Speech} names in Hz. */
@NullMarked
package dev.reverie.tts;

import org.jspecify.annotations.NullMarked;
