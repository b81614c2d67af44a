package dev.reverie.tts.g2p;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Numbers as English words, the short scale; the words of {@code num2words} 0.5 without its hyphens and commas. */
final class NumberWords {
    private static final List<String> SMALL = List.of(
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen");
    private static final List<String> TENS =
            List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
    private static final List<String> SCALES = List.of(
            "",
            "thousand",
            "million",
            "billion",
            "trillion",
            "quadrillion",
            "quintillion",
            "sextillion",
            "septillion",
            "octillion",
            "nonillion",
            "decillion",
            "undecillion",
            "duodecillion",
            "tredecillion",
            "quattuordecillion",
            "quindecillion",
            "sexdecillion",
            "septendecillion",
            "octodecillion",
            "novemdecillion",
            "vigintillion");
    private static final Map<String, String> ORDINALS = Map.ofEntries(
            Map.entry("one", "first"),
            Map.entry("two", "second"),
            Map.entry("three", "third"),
            Map.entry("four", "fourth"),
            Map.entry("five", "fifth"),
            Map.entry("six", "sixth"),
            Map.entry("seven", "seventh"),
            Map.entry("eight", "eighth"),
            Map.entry("nine", "ninth"),
            Map.entry("ten", "tenth"),
            Map.entry("eleven", "eleventh"),
            Map.entry("twelve", "twelfth"));
    private static final int MOST_DIGITS = 3 * SCALES.size();

    private NumberWords() {}

    /**
     * {@code 1234}: one thousand two hundred and thirty four. Numbers beyond the vigintillions are read digit by
     * digit.
     *
     * @param digits ASCII digits, at least one
     */
    static List<String> cardinal(String digits) {
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        String number = digits.substring(zeros);
        if (number.length() > MOST_DIGITS) {
            return digitByDigit(number);
        }
        List<String> words = new ArrayList<>();
        int groups = (number.length() + 2) / 3;
        for (int g = groups - 1; g >= 0; g--) {
            int to = number.length() - 3 * g;
            addGroup(words, Integer.parseInt(number, Math.max(0, to - 3), to, 10), g);
        }
        return words.isEmpty() ? List.of("zero") : words;
    }

    /** Adds a group of three digits, the lowest as group 0, with its scale. */
    private static void addGroup(List<String> words, int value, int group) {
        if (value == 0) {
            return;
        }
        if (group == 0 && value < 100 && !words.isEmpty()) {
            words.add("and");
        }
        addBelowThousand(words, value);
        if (group > 0) {
            words.add(SCALES.get(group));
        }
    }

    private static void addBelowThousand(List<String> words, int value) {
        int rest = value % 100;
        if (value >= 100) {
            words.add(SMALL.get(value / 100));
            words.add("hundred");
            if (rest > 0) {
                words.add("and");
            }
        }
        if (rest >= 20) {
            words.add(TENS.get(rest / 10));
        }
        int last = rest < 20 ? rest : rest % 10;
        if (last > 0) {
            words.add(SMALL.get(last));
        }
    }

    static List<String> cardinal(int value) {
        return cardinal(Integer.toString(value));
    }

    /** {@code 21}: twenty first. */
    static List<String> ordinal(String digits) {
        List<String> words = new ArrayList<>(cardinal(digits));
        String last = words.removeLast();
        String irregular = ORDINALS.get(last);
        if (irregular != null) {
            words.add(irregular);
        } else {
            words.add((last.endsWith("y") ? last.substring(0, last.length() - 1) + "ie" : last) + "th");
        }
        return words;
    }

    /** {@code 1984}: nineteen eighty four; {@code 1900}: nineteen hundred; {@code 2007}: two thousand and seven. */
    static List<String> year(int year) {
        int high = year / 100;
        int low = year % 100;
        if (high == 0 || (high % 10 == 0 && low < 10) || high >= 100) {
            return cardinal(year);
        }
        List<String> words = new ArrayList<>(cardinal(high));
        if (low == 0) {
            words.add("hundred");
        } else {
            if (low < 10) {
                words.add("oh");
            }
            words.addAll(cardinal(low));
        }
        return words;
    }

    /**
     * {@code 3.14}: three point one four; {@code 3.10}: three point one; {@code 100.0}: one hundred.
     *
     * @param number digits with one point; read as a double, as the reference does
     */
    static List<String> decimal(String number) {
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            return digitByDigit(number.replace(".", ""));
        }
        BigInteger whole = new BigDecimal(value).toBigInteger();
        List<String> words = new ArrayList<>(cardinal(whole.toString()));
        String shortest =
                new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        int point = shortest.indexOf('.');
        if (point >= 0) {
            words.addAll(pointAnd(shortest.substring(point + 1)));
        }
        return words;
    }

    /** {@code .25}: point two five. */
    static List<String> pointAnd(String digits) {
        List<String> words = new ArrayList<>();
        words.add("point");
        words.addAll(digitByDigit(digits));
        return words;
    }

    static List<String> digitByDigit(String digits) {
        return digits.chars().mapToObj(c -> SMALL.get(c - '0')).toList();
    }
}
