package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * English text to phonemes. Immutable, shared between threads; tables and weights are read when they are first needed
 * and kept.
 */
public final class EnglishG2p {
    private final SentenceReader reader;

    private EnglishG2p(Pronouncer pronouncer, @Nullable Fallback fallback) {
        this.reader = new SentenceReader(pronouncer, fallback);
    }

    /** American English. */
    public static EnglishG2p us() {
        return of(Accent.US);
    }

    /** British English. */
    public static EnglishG2p gb() {
        return of(Accent.GB);
    }

    public static EnglishG2p of(Accent accent) {
        return of(accent, WordList.EMPTY);
    }

    /** With a user's own words, which come before everything else. */
    public static EnglishG2p of(Accent accent, WordList ownWords) {
        Pronouncer pronouncer = new Pronouncer(accent, ownWords);
        return new EnglishG2p(pronouncer, new UnknownWords(pronouncer, accent));
    }

    /** With another answer for words that no dictionary has, or none. */
    static EnglishG2p of(Accent accent, @Nullable Fallback fallback) {
        return new EnglishG2p(new Pronouncer(accent, WordList.EMPTY), fallback);
    }

    /**
     * Phonemes of any text, which is cleaned first: spaces are collapsed, accents and ligatures of Latin letters undone,
     * emoji, control characters and halves of surrogate pairs left out.
     */
    public Phonemization phonemize(String text) {
        return exact(TextCleanup.clean(text));
    }

    /** What the reference does with a text, to the letter. */
    Phonemization exact(SourceText text) {
        Markup markup = Markup.parse(TextCleanup.withoutLeadingSpace(text));
        List<TextToken> cut = Tokenizer.english().tokenize(markup.plain().text());
        List<String> tags = cut.isEmpty() ? List.of() : Tagger.english().tag(cut);
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < cut.size(); i++) {
            TextToken token = cut.get(i);
            tokens.add(new Token(token.text(), tags.get(i), token.whitespace(), token.start(), token.end()));
        }
        List<List<Token>> words = TokenSplitter.split(markup.attach(tokens));
        reader.read(words);
        return new Phonemization(
                words.stream().map(word -> result(word, markup.plain())).toList());
    }

    private static PhonemeToken result(List<Token> word, SourceText source) {
        Token whole = word.getFirst();
        String phonemes = whole.phonemes;
        if (word.size() > 1) {
            whole = Token.merge(word);
            phonemes = Token.joinedPhonemes(word);
        }
        return new PhonemeToken(
                whole.text(),
                whole.tag(),
                phonemes == null ? null : phonemes.replace('ɾ', 'T').replace('ʔ', 't'),
                whole.whitespace,
                source.start(whole.start()),
                source.end(whole.end() - 1));
    }
}
