package dev.reverie.nn.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.List;

/**
 * One step of cleaning a text up, linear in its length. The steps are those of huggingface/tokenizers,
 * tokenizers/src/normalizers, and do what they do there, code point by code point.
 */
interface TextNormalizer {
    /** In chars. Marks are sorted by insertion, so a text of nothing but marks is composed piece by piece. */
    int LONGEST_CLUSTER = 1000;

    /** The first combining mark; no char below it ever changes by composition alone. */
    int FIRST_MARK = 0x300;

    AlignedText apply(AlignedText text);

    static TextNormalizer sequence(List<TextNormalizer> steps) {
        return text -> {
            AlignedText result = text;
            for (TextNormalizer step : steps) {
                result = step.apply(result);
            }
            return result;
        };
    }

    /** Unicode's composed form. A char that begins a new cluster never composes with one before it. */
    static AlignedText composed(AlignedText text) {
        String source = text.text();
        if (source.chars().allMatch(c -> c < FIRST_MARK)) {
            return text;
        }
        AlignedText.Builder result = new AlignedText.Builder(text.length());
        for (int from = 0; from < source.length(); ) {
            int to = from + Character.charCount(source.codePointAt(from));
            while (to < source.length()
                    && to - from < LONGEST_CLUSTER
                    && UnicodeClasses.mayCompose(source.codePointAt(to))) {
                to += Character.charCount(source.codePointAt(to));
            }
            String cluster = source.substring(from, to);
            String composed = cluster.charAt(0) < FIRST_MARK && cluster.length() == 1
                    ? cluster
                    : Normalizer.normalize(cluster, Form.NFC);
            if (composed.equals(cluster)) {
                result.append(text, from, to);
            } else {
                result.append(composed, text.start(from), text.end(to - 1));
            }
            from = to;
        }
        return result.build();
    }

    /** Lower case without regard to neighbours or language: a Greek sigma stays one sigma at the end of a word. */
    static AlignedText lowerCase(AlignedText text) {
        AlignedText.Builder result = new AlignedText.Builder(text.length());
        for (int at = 0; at < text.length(); ) {
            int codePoint = text.text().codePointAt(at);
            int next = at + Character.charCount(codePoint);
            if (codePoint == 0x130) { // capital I with dot: the one letter whose small form has two code points
                result.append("i\u0307", text.start(at), text.end(at));
            } else {
                result.append(Character.toLowerCase(codePoint), text.start(at), text.end(next - 1));
            }
            at = next;
        }
        return result.build();
    }

    /** Each run of at least {@code least} white spaces (or, if {@code plain}, blanks) becomes the replacement. */
    static TextNormalizer spaceRuns(boolean plain, int least, String replacement) {
        return text -> {
            AlignedText.Builder result = new AlignedText.Builder(text.length());
            for (int at = 0; at < text.length(); ) {
                int end = spacesEnd(text.text(), at, plain);
                if (end - at >= least) {
                    result.append(replacement, text.start(at), text.end(end - 1));
                } else {
                    end = Math.max(end, at + 1);
                    result.append(text, at, end);
                }
                at = end;
            }
            return result.build();
        };
    }

    /** White space is cut off at one end or both. */
    static TextNormalizer stripped(boolean left, boolean right) {
        return text -> {
            int from = left ? spacesEnd(text.text(), 0, false) : 0;
            int to = text.length();
            while (right && to > from && UnicodeClasses.isSpace(text.text().charAt(to - 1))) {
                to--;
            }
            AlignedText.Builder result = new AlignedText.Builder(to - from);
            result.append(text, from, to);
            return result.build();
        };
    }

    private static int spacesEnd(String text, int from, boolean plain) {
        int end = from;
        while (end < text.length() && (plain ? text.charAt(end) == ' ' : UnicodeClasses.isSpace(text.charAt(end)))) {
            end++;
        }
        return end;
    }
}
