package dev.reverie.tts.g2p;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts a chunk of text, a run of characters that are all spaces or none, into tokens. */
final class ChunkCutter {
    /** Longer chunks are cut into pieces first, so that none takes more than linear time. */
    private static final int LONGEST_CHUNK = 2000;
    /** How far back from there a border is looked for. */
    private static final int BORDER_SEARCH = 200;
    /** Above this nothing is taken for an address: the time its pattern takes grows with the square. */
    private static final int LONGEST_URL = 1000;

    private final SpecialCases special;
    private final AffixPattern prefix;
    private final AffixPattern suffix;
    private final AffixPattern infix;
    private final String urlRegex;
    private volatile @Nullable Pattern url;

    private ChunkCutter(
            SpecialCases special, AffixPattern prefix, AffixPattern suffix, AffixPattern infix, String url) {
        this.special = special;
        this.prefix = prefix;
        this.suffix = suffix;
        this.infix = infix;
        this.urlRegex = url;
    }

    /** Reads the patterns {@code prefix}, {@code suffix}, {@code infix} and {@code url}. */
    static ChunkCutter read(String resource, SpecialCases special) {
        Map<String, String> patterns = new HashMap<>();
        for (String line : G2pData.lines(resource)) {
            int tab = line.indexOf('\t');
            patterns.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return new ChunkCutter(
                special,
                AffixPatternParser.parse(patterns.getOrDefault("prefix", "")),
                AffixPatternParser.parse(patterns.getOrDefault("suffix", "")),
                AffixPatternParser.parse(patterns.getOrDefault("infix", "")),
                patterns.getOrDefault("url", ""));
    }

    /** Adds the tokens of {@code text[from, to)}. */
    void cut(String text, int from, int to, List<TextToken> tokens) {
        int at = from;
        while (to - at > LONGEST_CHUNK) {
            int border = border(text, at);
            new Cut(text.substring(at, border), at, true).run(tokens);
            at = border;
        }
        if (at < to) {
            new Cut(text.substring(at, to), at, true).run(tokens);
        }
    }

    /** The parts of {@code text} if no string had a fixed split. */
    List<String> cutPlainly(String text) {
        List<TextToken> tokens = new ArrayList<>();
        new Cut(text, 0, false).run(tokens);
        return tokens.stream().map(TextToken::text).toList();
    }

    /** Whether a pattern would cut the text. */
    boolean hasAffix(String text) {
        int[] x = text.codePoints().toArray();
        return prefix.matchAt(x, 0, 0, x.length) >= 0
                || suffix.suffixLength(x, 0, x.length) > 0
                || infix.find(x, 0, 0, x.length) >= 0;
    }

    /** A place at most {@link #LONGEST_CHUNK} after {@code from}, best between a letter or digit and a sign. */
    private static int border(String text, int from) {
        int most = from + LONGEST_CHUNK;
        for (int i = most; i > most - BORDER_SEARCH; i--) {
            if (Character.isLetterOrDigit(text.charAt(i - 1)) && isSign(text.charAt(i))) {
                return i;
            }
        }
        return Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
    }

    private static boolean isSign(char c) {
        return !Character.isLetterOrDigit(c) && !Character.isSurrogate(c) && c != '\'' && c != '’';
    }

    private boolean isUrl(int[] x, int from, int to) {
        boolean dotted = false;
        for (int i = from; i < to - 1; i++) {
            dotted |= x[i] == '.';
        }
        if (!dotted || to - from > LONGEST_URL) {
            return false; // the pattern wants a dot before its last character
        }
        Pattern pattern = url;
        if (pattern == null) {
            url = pattern = Pattern.compile(urlRegex);
        }
        return pattern.matcher(new String(x, from, to - from)).lookingAt();
    }

    /** The cutting of one chunk {@code x}, of which {@code [from, to)} is left. */
    private final class Cut {
        private final int[] x;
        private final boolean useSpecial;
        private final List<SpecialCases.Part> front = new ArrayList<>();
        private final Deque<SpecialCases.Part> back = new ArrayDeque<>();
        private int start;
        private int from;
        private int to;

        Cut(String chunk, int start, boolean useSpecial) {
            this.x = chunk.codePoints().toArray();
            this.start = start;
            this.useSpecial = useSpecial;
            this.to = x.length;
        }

        void run(List<TextToken> tokens) {
            List<SpecialCases.Part> whole = special(0, to);
            if (whole != null) {
                front.addAll(whole);
            } else {
                takeAffixes();
                takeMiddle();
            }
            front.addAll(back);
            for (SpecialCases.Part part : front) {
                tokens.add(new TextToken(part.text(), part.norm(), start, false));
                start += part.text().length();
            }
        }

        private @Nullable List<SpecialCases.Part> special(int a, int b) {
            return useSpecial ? special.find(x, a, b) : null;
        }

        private SpecialCases.Part part(int a, int b) {
            return new SpecialCases.Part(new String(x, a, b - a), null);
        }

        private void takeAffixes() {
            boolean changed = true;
            while (changed && from < to && special(from, to) == null) {
                changed = takeAffix();
            }
        }

        /** Takes a prefix, a suffix or both off; whether to try again. */
        private boolean takeAffix() {
            int p = Math.max(0, prefix.matchAt(x, from, from, to) - from);
            if (p > 0 && special(from + p, to) != null) {
                takePrefix(p);
                return false;
            }
            int q = suffix.suffixLength(x, from + p, to);
            if (q > 0 && special(from, to - q) != null) {
                takeSuffix(q);
                return false;
            }
            if (p > 0) {
                takePrefix(p);
            }
            if (q > 0) {
                takeSuffix(q);
            }
            return p > 0 || q > 0;
        }

        private void takePrefix(int length) {
            front.add(part(from, from + length));
            from += length;
        }

        private void takeSuffix(int length) {
            back.addFirst(part(to - length, to));
            to -= length;
        }

        private void takeMiddle() {
            List<SpecialCases.Part> whole = special(from, to);
            if (whole != null) {
                front.addAll(whole);
            } else if (from < to && isUrl(x, from, to)) {
                front.add(part(from, to));
            } else if (from < to) {
                takeInfixes();
            }
        }

        /** Text between infixes, and each infix; one at the very start stays with what follows. */
        private void takeInfixes() {
            int begin = from;
            int i = from;
            while (i < to) {
                int end = infix.matchAt(x, i, from, to);
                if (end < 0) {
                    i++;
                } else {
                    if (i > from) {
                        if (i > begin) {
                            front.add(part(begin, i));
                        }
                        front.add(part(i, end));
                        begin = end;
                    }
                    i = end;
                }
            }
            if (begin < to) {
                front.add(part(begin, to));
            }
        }
    }
}
