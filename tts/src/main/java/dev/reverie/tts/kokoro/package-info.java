/**
 * Kokoro-82M: phonemes and a voice to sound, after StyleTTS 2 with an iSTFT vocoder.
 *
 * <p>The way of the data: {@link dev.reverie.tts.kokoro.KokoroNetwork} runs PL-BERT and the {@link
 * dev.reverie.tts.kokoro.ProsodyPredictor} (how long is each phoneme, and at what pitch), the {@link
 * dev.reverie.tts.kokoro.TextEncoder} (what does it sound like), and the {@link dev.reverie.tts.kokoro.Decoder} with
 * its {@link dev.reverie.tts.kokoro.Generator} (samples).
 *
 * <p>Axes: {@code L} phonemes, {@code F} frames of 1/40 s, {@code C} channels last. Pitch and energy have two values a
 * frame, samples 600. Source: hexgrad/kokoro dfb907a, kokoro/{model,modules,istftnet}.py.
 */
@NullMarked
package dev.reverie.tts.kokoro;

import org.jspecify.annotations.NullMarked;
