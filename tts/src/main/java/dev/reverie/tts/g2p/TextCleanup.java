package dev.reverie.tts.g2p;

import java.text.Normalizer;
import java.util.Map;

/**
 * What the public front does to a text before the exact rules see it. They were made for clean prose: further spaces
 * would sound like unknown words, no dictionary has a letter with an accent, and an emoji has no sound. Features of links
 * are left as they are.
 */
final class TextCleanup {
    /** Latin letters that do not come apart into a letter and an accent. */
    private static final Map<Integer, String> RESPELLED = Map.ofEntries(
            Map.entry((int) 'ß', "ss"),
            Map.entry((int) 'ẞ', "SS"),
            Map.entry((int) 'æ', "ae"),
            Map.entry((int) 'Æ', "Ae"),
            Map.entry((int) 'œ', "oe"),
            Map.entry((int) 'Œ', "Oe"),
            Map.entry((int) 'ø', "o"),
            Map.entry((int) 'Ø', "O"),
            Map.entry((int) 'ł', "l"),
            Map.entry((int) 'Ł', "L"),
            Map.entry((int) 'đ', "d"),
            Map.entry((int) 'Đ', "D"),
            Map.entry((int) 'ð', "d"),
            Map.entry((int) 'Ð', "D"),
            Map.entry((int) 'þ', "th"),
            Map.entry((int) 'Þ', "Th"),
            Map.entry((int) 'ı', "i"),
            Map.entry((int) 'ŋ', "ng"));

    /** A sign is kept this often in a row: "....." is "...", and rulers of dashes are short. */
    private static final int MOST_REPEATS = 3;

    private final String text;
    private final SourceText.Builder result;

    private TextCleanup(SourceText source) {
        this.text = source.text();
        this.result = source.rewrite();
    }

    /** The cleaned text; its chars know their places in {@code text}. */
    static SourceText clean(String text) {
        TextCleanup cleanup = new TextCleanup(SourceText.of(text));
        int at = 0;
        for (Markup.Link link : Markup.links(text)) {
            cleanup.clean(at, link.featureStart());
            cleanup.result.copy(link.featureStart(), link.end());
            at = link.end();
        }
        cleanup.clean(at, text.length());
        return cleanup.result.build();
    }

    /** The text from its first char on that is no space. */
    static SourceText withoutLeadingSpace(SourceText source) {
        int from = 0;
        while (from < source.text().length() && Characters.isSpace(source.text().charAt(from))) {
            from++;
        }
        if (from == 0) {
            return source;
        }
        SourceText.Builder rest = source.rewrite();
        rest.copy(from, source.text().length());
        return rest.build();
    }

    private void clean(int from, int to) {
        int at = from;
        while (at < to) {
            int c = text.codePointAt(at);
            int end = at + Character.charCount(c);
            clean(c, at, end);
            at = end;
        }
    }

    private void clean(int c, int at, int end) {
        if (isRepeated(at, end)) {
            result.swallow(end);
        } else if (c > ' ' && c < 0x7F) {
            result.copy(at, end);
        } else if (Characters.isSpace(c)) {
            if (result.last() != ' ' && result.last() != 0) {
                result.replace(" ", at, end);
            }
        } else if (isSilent(c)) {
            separate(at, end);
        } else if (Character.getType(c) == Character.NON_SPACING_MARK) {
            addMark(at, end);
        } else if (RESPELLED.containsKey(c)) {
            result.replace(RESPELLED.getOrDefault(c, ""), at, end);
        } else {
            result.replace(withoutAccent(c, text.substring(at, end)), at, end);
        }
    }

    /** Whether the same sign stands so often before this one that it is enough. */
    private boolean isRepeated(int at, int end) {
        int length = end - at;
        int first = at - MOST_REPEATS * length;
        return first >= 0
                && !Character.isLetterOrDigit(text.codePointAt(at))
                && text.regionMatches(first, text, first + length, MOST_REPEATS * length);
    }

    /** Marks on Latin letters are left out, others kept: other scripts write vowels with them. */
    private void addMark(int at, int end) {
        if (result.last() < 0x7F) {
            result.swallow(end);
        } else {
            result.copy(at, end);
        }
    }

    /** Something without sound still keeps two words apart. */
    private void separate(int at, int end) {
        int type = Character.getType(text.codePointAt(at));
        boolean invisible = type == Character.FORMAT || type == Character.CONTROL || type == Character.NON_SPACING_MARK;
        boolean between = Character.isLetterOrDigit(result.last())
                && end < text.length()
                && Character.isLetterOrDigit(text.codePointAt(end));
        if (between && !invisible) {
            result.replace(" ", at, end);
        }
    }

    private static String withoutAccent(int c, String text) {
        String apart = Normalizer.normalize(text, Normalizer.Form.NFD);
        return c < 0x80 || apart.charAt(0) >= 0x80 || !Character.isLetter(apart.charAt(0))
                ? text
                : apart.substring(0, 1);
    }

    private static boolean isSilent(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.ENCLOSING_MARK -> true;
            case Character.OTHER_SYMBOL -> Character.isExtendedPictographic(c) || Character.isEmojiPresentation(c);
            case Character.NON_SPACING_MARK -> c >= 0xFE00 && c <= 0xFE0F; // variation selectors: emoji or text
            default -> Character.isEmojiModifier(c);
        };
    }
}
