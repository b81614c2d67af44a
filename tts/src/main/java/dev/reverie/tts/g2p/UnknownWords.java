package dev.reverie.tts.g2p;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads words that no dictionary has: cut at hyphens, signs, digits and inner capitals, each piece by the dictionaries if
 * they have it, spelled if it cannot be spoken, else by {@link LetterReader}.
 */
final class UnknownWords implements Fallback {
    /** Longer runs of letters are no words, but keys and codes; the longest word that the network learned has 45. */
    private static final int LONGEST = 64;
    /** More pieces are no word either. */
    private static final int MOST_PIECES = 16;
    /** Answers that are kept: a book says its names again and again. */
    private static final int KEPT = 1000;
    /** Consonants alone are spelled up to this length: {@code html}. */
    private static final int LONGEST_INITIALISM = 6;

    /** Signs that sound as a pause inside a word too. */
    private static final String PAUSES = "—…!?;“”";

    private final Pronouncer pronouncer;
    private final Suffixes suffixes;
    private final Accent accent;
    private final Map<String, String> kept = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KEPT;
        }
    });

    UnknownWords(Pronouncer pronouncer, Accent accent) {
        this.pronouncer = pronouncer;
        this.suffixes = new Suffixes(accent);
        this.accent = accent;
    }

    @Override
    public @Nullable String phonemes(Token word) {
        String text = Pronouncer.normalize(word.text());
        List<Token> pieces = WordCutter.cut(new Token(text, word.tag(), "", 0, text.length()));
        if (pieces.size() > MOST_PIECES) {
            return null;
        }
        for (int i = 0; i < pieces.size(); i++) {
            Token piece = pieces.get(i);
            boolean inAddress = i + 1 < pieces.size()
                    && Character.isLowerCase(pieces.get(i + 1).text().charAt(0));
            piece.phonemes = piece.text().equals(".") && inAddress ? dot() : read(piece);
        }
        if (pieces.stream().allMatch(piece -> piece.phonemes == null)) {
            return null;
        }
        Compound.settle(pieces);
        for (Token piece : pieces) {
            piece.phonemes = Objects.requireNonNullElse(piece.phonemes, "");
        }
        return Stress.apply(Token.joinedPhonemes(pieces), word.stress);
    }

    private @Nullable String read(Token piece) {
        String found = pronouncer.pronounce(piece, Context.END);
        if (found != null) {
            return found;
        }
        String text = piece.text();
        if (text.endsWith("'s")) {
            return suffixes.addS(read(piece.piece(0, text.length() - 2)));
        }
        if (Character.isLetter(text.codePointAt(0))) {
            return readLetters(text);
        }
        String name = nameOfSign(text);
        if (name != null) {
            return sayAll(name);
        }
        return PAUSES.contains(text) ? text : null;
    }

    /** {@code www.example.com}. */
    private @Nullable String dot() {
        return pronouncer.rules().get(".", new Usage("ADD", Stress.NONE, null));
    }

    private @Nullable String readLetters(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        if (text.length() <= LONGEST_INITIALISM && text.chars().allMatch(UnknownWords::isConsonant)) {
            return pronouncer.rules().spell(text);
        }
        String phonemes = kept.get(text);
        if (phonemes == null) {
            phonemes = LetterReader.english().read(text, accent);
            kept.put(text, phonemes);
        }
        return phonemes.isEmpty() ? null : phonemes;
    }

    private static boolean isConsonant(int c) {
        return "bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ".indexOf(c) >= 0;
    }

    /** The words for a sign that the reference passes over. */
    private static @Nullable String nameOfSign(String text) {
        return switch (text) {
            case "=" -> "equals";
            case "°" -> "degrees";
            case "×" -> "times";
            case "÷" -> "divided by";
            case "±" -> "plus or minus";
            default -> null;
        };
    }

    private @Nullable String sayAll(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> pronouncer.rules().get(word, Usage.PLAIN))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
    }
}
