package dev.reverie.diffusion.prompt;

import org.jspecify.annotations.Nullable;

/**
 * The end of {@code (text:1.3)}.
 *
 * @param value any decimal number, infinite if it is too large
 * @param end index after the closing bracket
 */
record WeightNumber(double value, int end) {

    /** Reads {@code : number )}, blanks and a sign allowed; null where something else stands. */
    static @Nullable WeightNumber after(String text, int colon) {
        int at = spacesEnd(text, colon + 1);
        StringBuilder number = new StringBuilder();
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            number.append(text.charAt(at++));
        }
        int whole = digitsEnd(text, at, number);
        boolean point = whole < text.length() && text.charAt(whole) == '.';
        int end = point ? digitsEnd(text, whole + 1, number.append('.')) : whole;
        boolean hasDigit = end - at > (point ? 1 : 0);
        int bracket = spacesEnd(text, end);
        if (!hasDigit || bracket == text.length() || text.charAt(bracket) != ')') {
            return null;
        }
        return new WeightNumber(Double.parseDouble(number.toString()), bracket + 1);
    }

    private static int spacesEnd(String text, int from) {
        int end = from;
        while (end < text.length() && PromptParser.isSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Appends digits of any script as those of ASCII. */
    private static int digitsEnd(String text, int from, StringBuilder number) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            number.append(Character.digit(text.charAt(end++), 10));
        }
        return end;
    }
}
