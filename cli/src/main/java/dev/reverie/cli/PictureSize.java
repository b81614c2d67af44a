package dev.reverie.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pixels. */
record PictureSize(int width, int height) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})[xX](\\d{1,5})");

    static PictureSize parse(String option, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(option + " " + text + ": say width and height, such as 512x768");
        }
        return new PictureSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
