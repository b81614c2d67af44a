package dev.reverie.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', fox, 3",
        "fox, fox, 0",
        "fox, ox, 1",
        "fox, foxy, 1",
        "fox, fax, 1",
        "kitten, sitting, 3"
    })
    void countsLettersToChange(String a, String b, int letters) {
        assertEquals(letters, EditDistance.between(a, b));
        assertEquals(letters, EditDistance.between(b, a));
    }
}
