/** Each class answers one question and runs by itself: {@code examples/run SpeakASentence}. */
@NullMarked
package dev.reverie.examples;

import org.jspecify.annotations.NullMarked;
