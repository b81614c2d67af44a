package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links {@code [text](feature)} with which a text says how a part of it sounds: {@code (2)} or {@code (-0.5)} is a
 * stress, {@code (/fəʊniːmz/)} are phonemes, {@code (#&#)} are flags for numbers. The text stays, whatever the feature.
 *
 * @param plain the text without links
 * @param parts for each char of it the number of its part, or -1 for spaces; a link's text is one part, the text between
 *     links is parted at spaces
 * @param features those of the links that have one
 */
record Markup(SourceText plain, int[] parts, List<Feature> features) {
    /** A link in a text: from its bracket over text and feature to behind its parenthesis. */
    record Link(int start, int textEnd, int featureStart, int end) {}

    /** What a link says of its part. */
    record Feature(
            int part,
            double stress,
            @Nullable String phonemes,
            @Nullable String flags) {
        private static @Nullable Feature parse(String text, int part) {
            String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
            boolean integer = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
            if (integer || digits.equals("0.5")) {
                return new Feature(part, Double.parseDouble(text), null, null);
            }
            if (text.length() > 1 && text.startsWith("/") && text.endsWith("/")) {
                return new Feature(part, Stress.NONE, strip(text, '/'), null);
            }
            if (text.length() > 1 && text.startsWith("#") && text.endsWith("#")) {
                return new Feature(part, Stress.NONE, null, strip(text, '#'));
            }
            return null;
        }

        private static String strip(String text, char fence) {
            int from = 0;
            int to = text.length();
            while (from < to && text.charAt(from) == fence) {
                from++;
            }
            while (to > from && text.charAt(to - 1) == fence) {
                to--;
            }
            return text.substring(from, to);
        }
    }

    /** Takes the links out. */
    static Markup parse(SourceText source) {
        String text = source.text();
        SourceText.Builder plain = source.rewrite();
        List<Feature> features = new ArrayList<>();
        int[] parts = new int[text.length()];
        int n = 0;
        int part = 0;
        int at = 0;
        for (Link link : links(text)) {
            plain.copy(at, link.start);
            part = number(text, at, link.start, part, parts, n);
            n += link.start - at;
            plain.copy(link.start + 1, link.textEnd);
            Feature feature = Feature.parse(text.substring(link.featureStart, link.end - 1), part);
            if (feature != null) {
                features.add(feature);
            }
            for (int i = link.start + 1; i < link.textEnd; i++) {
                parts[n++] = Characters.isSpace(text.charAt(i)) ? -1 : part;
            }
            part++;
            at = link.end;
        }
        plain.copy(at, text.length());
        number(text, at, text.length(), part, parts, n);
        return new Markup(plain.build(), parts, features);
    }

    /** Numbers the words of text between links, from {@code part} on; returns the first number that is left. */
    private static int number(String text, int from, int to, int part, int[] parts, int n) {
        int next = part;
        boolean inside = false;
        for (int i = from; i < to; i++) {
            boolean space = Characters.isSpace(text.charAt(i));
            if (inside && space) {
                next++;
            }
            inside = !space;
            parts[n + i - from] = space ? -1 : next;
        }
        return inside ? next + 1 : next;
    }

    /** The links of a text, in one pass: {@code \[[^\]]+\]\([^)]*\)}. */
    static List<Link> links(String text) {
        List<Link> links = new ArrayList<>();
        int open = text.indexOf('[');
        while (open >= 0) {
            int close = text.indexOf(']', open + 1);
            if (close < 0) {
                break;
            }
            int after = close + 1;
            if (close > open + 1 && text.startsWith("(", after)) {
                int end = text.indexOf(')', after + 1);
                if (end < 0) {
                    break;
                }
                links.add(new Link(open, close, after + 1, end + 1));
                after = end + 1;
            }
            open = text.indexOf('[', after);
        }
        return links;
    }

    /**
     * Gives the tokens of the plain text their features. As the reference does, it counts in the list of pairs of a token
     * and a part that share characters: a token that lies in two parts moves the features behind it by one, so links
     * should begin and end where tokens do.
     */
    List<Token> attach(List<Token> tokens) {
        if (features.isEmpty()) {
            return tokens;
        }
        List<Integer> pairs = new ArrayList<>();
        for (Token token : tokens) {
            addPairs(token, pairs);
        }
        int at = 0;
        for (Feature feature : features) {
            boolean first = true;
            while (at < pairs.size() && pairs.get(at) < feature.part) {
                at++;
            }
            for (; at < Math.min(pairs.size(), tokens.size()) && pairs.get(at) == feature.part; at++) {
                attach(feature, tokens.get(at), first);
                first = false;
            }
        }
        return joined(tokens);
    }

    private void addPairs(Token token, List<Integer> pairs) {
        int last = -1;
        for (int i = token.start(); i < token.end(); i++) {
            if (parts[i] > last) {
                last = parts[i];
                pairs.add(last);
            }
        }
    }

    private static void attach(Feature feature, Token token, boolean first) {
        if (feature.phonemes != null) {
            token.head = first;
            token.phonemes = first ? feature.phonemes : "";
        } else if (feature.flags != null) {
            token.flags = feature.flags;
        } else {
            token.stress = feature.stress;
        }
    }

    /** Every token that is no head becomes part of the one before. */
    private static List<Token> joined(List<Token> tokens) {
        List<Token> result = new ArrayList<>();
        for (int i = 0; i < tokens.size(); ) {
            int end = i + 1;
            while (end < tokens.size() && !tokens.get(end).head) {
                end++;
            }
            result.add(end == i + 1 ? tokens.get(i) : join(tokens.subList(i, end)));
            i = end;
        }
        return result;
    }

    /** One by one, so a later token gives the tag only if it weighs more than all before it. */
    private static Token join(List<Token> tokens) {
        String tag = tokens.getFirst().tag();
        int weight = Token.weight(tokens.getFirst().text());
        String space = tokens.getFirst().whitespace;
        for (Token token : tokens.subList(1, tokens.size())) {
            int own = Token.weight(token.text());
            tag = own > weight ? token.tag() : tag;
            weight += own + space.length();
            space = token.whitespace;
        }
        Token whole = Token.merge(tokens, tag);
        whole.phonemes = Token.joinedPhonemes(tokens);
        return whole;
    }
}
