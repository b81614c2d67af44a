package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StressTest {

    @ParameterizedTest
    @CsvSource({
        "-2, ˌhæpˈi, hæpi",
        "-1, ˌhæpˈi, hæpˌi",
        "-1, hæpi, hæpi",
        "-0.5, ˌhæpˈi, hæpˌi",
        "-0.5, ˌhæpi, ˌhæpi",
        "0, hˈæpi, hˌæpi",
        "0, hæpi, hˌæpi",
        "0.5, hæpi, hˌæpi",
        "0.5, hˈæpi, hˈæpi",
        "1, hæpi, hˌæpi",
        "1, hˌæpˌi, hˈæpˈi",
        "2, hˌæpi, hˈæpi",
        "2, hæpi, hˈæpi",
        "2, hˈæpˌi, hˈæpˌi",
        "2, hmm, hmm"
    })
    void apply(double stress, String phonemes, String expected) {
        assertEquals(expected, Stress.apply(phonemes, stress));
    }

    @Test
    void noneChangesNothing() {
        assertEquals("ˌhæpˈi", Stress.apply("ˌhæpˈi", Stress.NONE));
        assertEquals("hæpi", Stress.apply("hæpi", Stress.NONE));
    }
}
