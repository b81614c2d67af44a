package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberWordsTest {

    @ParameterizedTest
    @CsvSource({
        "0, zero",
        "007, seven",
        "13, thirteen",
        "20, twenty",
        "85, eighty five",
        "100, one hundred",
        "101, one hundred and one",
        "999, nine hundred and ninety nine",
        "1000, one thousand",
        "1001, one thousand and one",
        "1100, one thousand one hundred",
        "12345, twelve thousand three hundred and forty five",
        "1000001, one million and one",
        "1100000, one million one hundred thousand",
        "2000000000000, two trillion"
    })
    void cardinal(String digits, String words) {
        assertEquals(words, String.join(" ", NumberWords.cardinal(digits)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, first",
        "2, second",
        "3, third",
        "5, fifth",
        "8, eighth",
        "9, ninth",
        "12, twelfth",
        "20, twentieth",
        "21, twenty first",
        "100, one hundredth",
        "113, one hundred and thirteenth"
    })
    void ordinal(String digits, String words) {
        assertEquals(words, String.join(" ", NumberWords.ordinal(digits)));
    }

    @ParameterizedTest
    @CsvSource({
        "1984, nineteen eighty four",
        "1900, nineteen hundred",
        "1905, nineteen oh five",
        "2000, two thousand",
        "2007, two thousand and seven",
        "2010, twenty ten",
        "99, ninety nine"
    })
    void year(int year, String words) {
        assertEquals(words, String.join(" ", NumberWords.year(year)));
    }

    @ParameterizedTest
    @CsvSource({
        "3.14, three point one four",
        "3.10, three point one",
        "100.0, one hundred",
        "5., five",
        "0.05, zero point zero five",
        "12345678.5, twelve million three hundred and forty five thousand six hundred and seventy eight point five"
    })
    void decimal(String number, String words) {
        assertEquals(words, String.join(" ", NumberWords.decimal(number)));
    }

    @Test
    void numbersWithoutNameAreReadDigitByDigit() {
        assertEquals("one vigintillion", String.join(" ", NumberWords.cardinal("1" + "0".repeat(63))));
        assertEquals("one" + " zero".repeat(66), String.join(" ", NumberWords.cardinal("1" + "0".repeat(66))));
        assertEquals(401, NumberWords.decimal("9".repeat(400) + ".5").size());
    }
}
