package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pixels. */
record PictureSize(int width, int height) {
    private static final int MOST_DIGITS = 5;
    private static final Pattern FORM = Pattern.compile("(\\d+)[xX](\\d+)");

    static PictureSize parse(String option, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(option + " " + text + ": say width and height, such as 512x768");
        }
        return new PictureSize(side(option, text, matcher.group(1)), side(option, text, matcher.group(2)));
    }

    private static int side(String option, String text, String digits) {
        if (digits.length() > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    "%s %s: a side has at most %d pixels".formatted(option, text, Image.MAX_SIDE));
        }
        return Integer.parseInt(digits);
    }
}
