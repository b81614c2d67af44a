package dev.reverie.tts.g2p;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's own pronunciations, which come before every dictionary and rule. A word in lower case also stands for its
 * capitalised forms; a word with capitals for itself only.
 */
public final class WordList {
    /** No words. */
    public static final WordList EMPTY = new WordList(Map.of());

    private final Map<String, String> phonemes;

    private WordList(Map<String, String> phonemes) {
        this.phonemes = phonemes;
    }

    /**
     * Reads a UTF-8 file, see {@link #parse}.
     *
     * @throws IllegalArgumentException if a line is not as it should be; the message names file, line and rule
     */
    public static WordList read(Path file) throws IOException {
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not UTF-8 text", e);
        }
    }

    /**
     * Parses lines of {@code word TAB phonemes}. Empty lines and lines that start with {@code #} are passed over; the
     * last line of a word counts.
     *
     * @param source what messages call the text
     * @throws IllegalArgumentException if a line is not as it should be; the message names source, line and rule
     */
    public static WordList parse(String text, String source) {
        Map<String, String> phonemes = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                String fault = add(line, phonemes);
                if (fault != null) {
                    throw new IllegalArgumentException("%s, line %d: %s".formatted(source, number, fault));
                }
            }
        }
        return new WordList(phonemes);
    }

    /** Takes a line in; returns what is wrong with it, or null. */
    private static @Nullable String add(String line, Map<String, String> phonemes) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 2) {
            return "expected word, TAB, phonemes, got %d TABs".formatted(fields.length - 1);
        }
        String word = Pronouncer.normalize(fields[0].strip());
        String sounds = fields[1].strip();
        if (word.isEmpty() || word.codePoints().anyMatch(Characters::isSpace)) {
            return "the word \"%s\" is empty or has a space inside".formatted(word);
        }
        if (sounds.isEmpty()) {
            return "the word \"%s\" has no phonemes".formatted(word);
        }
        int wrong = sounds.codePoints().filter(c -> !isSymbol(c)).findFirst().orElse(-1);
        if (wrong >= 0) {
            return "\"%s\" is no phoneme (U+%04X)".formatted(Character.toString(wrong), wrong);
        }
        phonemes.put(word, sounds);
        return null;
    }

    /** Letters, among them the marks of stress and length; a space; combining marks such as the tilde of nasals. */
    private static boolean isSymbol(int c) {
        return Character.isLetter(c) || c == ' ' || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    /** Number of words. */
    public int size() {
        return phonemes.size();
    }

    @Nullable
    String find(String word) {
        if (phonemes.isEmpty()) {
            return null;
        }
        String exact = phonemes.get(word);
        return exact != null ? exact : phonemes.get(word.toLowerCase(Locale.ROOT));
    }
}
