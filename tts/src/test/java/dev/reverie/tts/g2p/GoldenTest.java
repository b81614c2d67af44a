package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The folders {@code g2p}, {@code tagger-en} and {@code g2p-kokoro} of the goldens: every case, every field. */
class GoldenTest {

    @TestFactory
    Stream<DynamicTest> tokensAndTags() throws IOException {
        if (!Goldens.has("tagger-en")) {
            return Stream.empty();
        }
        GoldenFiles golden = GoldenFiles.of("tagger-en");
        List<Json> lines = golden.lines("cases.jsonl");
        assertEquals(golden.json("case.json").getInt("count"), lines.size(), "cases.jsonl: lines");
        return lines.stream()
                .map(line -> test(line, "id", () -> {
                    assertEquals(triples(line.getList("tokens")), tagged(line.getString("text")));
                }));
    }

    private static List<List<String>> tagged(String text) {
        List<TextToken> tokens = Tokenizer.english().tokenize(text);
        List<String> tags = Tagger.english().tag(tokens);
        List<List<String>> tagged = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            tagged.add(List.of(tokens.get(i).text(), tags.get(i), tokens.get(i).whitespace()));
        }
        return tagged;
    }

    @TestFactory
    Stream<DynamicTest> insideOfTheTagger() throws IOException {
        if (!Goldens.has("tagger-en")) {
            return Stream.empty();
        }
        GoldenFiles golden = GoldenFiles.of("tagger-en");
        Json info = golden.json("case.json");
        List<String> ids = info.getStrings("sentences");
        assertFalse(ids.isEmpty(), "case.json: no sentences");
        List<Json> lines = golden.lines("cases.jsonl");
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            int number = i;
            tests.add(dynamicTest(ids.get(i), () -> {
                Json line = find(lines, ids.get(number));
                try (Safetensors io = golden.tensors("io.safetensors")) {
                    compareTagger(io, number, line.getString("text"), info);
                }
            }));
        }
        return tests.stream();
    }

    private static Json find(List<Json> lines, String id) throws IOException {
        for (Json line : lines) {
            if (line.getString("id").equals(id)) {
                return line;
            }
        }
        throw new AssertionError("no case " + id);
    }

    private static void compareTagger(Safetensors io, int number, String text, Json info) throws IOException {
        double atol = info.getDouble("atol");
        double rtol = info.getDouble("rtol");
        Tagger tagger = Tagger.english();
        List<long[]> keys = Tokenizer.english().tokenize(text).stream()
                .map(tagger.features()::keys)
                .toList();
        GoldenFiles.assertEqualLongs(
                io,
                "in.%d.keys".formatted(number),
                keys.stream().flatMapToLong(Arrays::stream).toArray());
        GoldenFiles.assertEqualLongs(io, "out.%d.rows".formatted(number), rows(keys));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor mixed = tagger.network().embed(frame, keys);
            GoldenFiles.assertClose(io, "out.%d.mixed".formatted(number), mixed, atol, rtol);
            int reach = TaggerNetwork.REACH;
            Tensor encoded = tagger.network()
                    .encode(frame, TaggerNetwork.padded(frame, mixed, reach, reach))
                    .rows(reach, reach + keys.size());
            GoldenFiles.assertClose(io, "out.%d.encoded".formatted(number), encoded, atol, rtol);
            Tensor logits = tagger.network().logits(frame, encoded);
            GoldenFiles.assertClose(io, "out.%d.logits".formatted(number), logits, atol, rtol);
        }
    }

    private static long[] rows(List<long[]> keys) {
        List<Integer> rows = new ArrayList<>();
        for (long[] token : keys) {
            for (int a = 0; a < token.length; a++) {
                Arrays.stream(TagFeatures.ATTRIBUTES.get(a).rows(token[a])).forEach(rows::add);
            }
        }
        return rows.stream().mapToLong(Integer::longValue).toArray();
    }

    @TestFactory
    Stream<DynamicTest> sentences() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Accent accent : Accent.values()) {
            EnglishG2p g2p = EnglishG2p.of(accent, (Fallback) null);
            for (Json line : lines(accent, "sentences.jsonl")) {
                tests.add(test(line, "id", () -> {
                    Phonemization result = g2p.exact(SourceText.of(line.getString("text")));
                    assertEquals(line.getString("phonemes"), result.phonemes());
                    assertEquals(tokens(line.getList("tokens")), tokens(result));
                    compareInput(line);
                }));
            }
        }
        return tests.stream();
    }

    /** None where the folder of goldens is without that accent. */
    private static List<Json> lines(Accent accent, String file) throws IOException {
        String folder = "g2p/en-" + accent.code();
        return Goldens.has(folder) ? GoldenFiles.of(folder).lines(file) : List.of();
    }

    private static void compareInput(Json line) throws IOException {
        SourceText text = TextCleanup.withoutLeadingSpace(SourceText.of(line.getString("text")));
        assertEquals(
                triples(line.getList("input")),
                tagged(Markup.parse(text).plain().text()));
    }

    private static List<String> tokens(List<Json> golden) throws IOException {
        List<String> tokens = new ArrayList<>();
        for (Json token : golden) {
            Json phonemes = token.find("phonemes");
            tokens.add("%s|%s|%s|%s"
                    .formatted(
                            token.getString("text"),
                            token.getString("tag"),
                            phonemes == null ? null : phonemes.asString(),
                            token.getString("whitespace")));
        }
        return tokens;
    }

    private static List<String> tokens(Phonemization result) {
        return result.tokens().stream()
                .map(t -> "%s|%s|%s|%s".formatted(t.text(), t.tag(), t.phonemes(), t.whitespace()))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> fallback() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Accent accent : Accent.values()) {
            for (Json line : lines(accent, "fallback.jsonl")) {
                tests.add(test(line, "id", () -> {
                    List<String> calls = new ArrayList<>();
                    EnglishG2p g2p = EnglishG2p.of(accent, word -> {
                        String answer = "aeiouAEIOU".indexOf(word.text().charAt(0)) >= 0 ? "ˈɑblə" : "blˈɑ";
                        calls.add("%s|%s|%s".formatted(word.text(), word.tag(), answer));
                        return answer;
                    });
                    Phonemization result = g2p.exact(SourceText.of(line.getString("text")));
                    assertEquals(calls(line.getList("calls")), calls);
                    assertEquals(line.getString("phonemes"), result.phonemes());
                    compareInput(line);
                }));
            }
        }
        return tests.stream();
    }

    private static List<String> calls(List<Json> golden) throws IOException {
        List<String> calls = new ArrayList<>();
        for (Json call : golden) {
            calls.add("%s|%s|%s".formatted(call.getString("text"), call.getString("tag"), call.getString("phonemes")));
        }
        return calls;
    }

    @TestFactory
    Stream<DynamicTest> words() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Accent accent : Accent.values()) {
            Pronouncer pronouncer = new Pronouncer(accent, WordList.EMPTY);
            for (Json line : lines(accent, "words.jsonl")) {
                tests.add(test(line, "word", () -> {
                    Json phonemes = line.find("phonemes");
                    assertEquals(
                            phonemes == null ? null : phonemes.asString(),
                            pronouncer.pronounce(token(line), context(line)));
                }));
            }
        }
        return tests.stream();
    }

    private static Token token(Json line) throws IOException {
        String word = line.getString("word");
        Token token = new Token(word, line.getString("tag"), "", 0, word.length());
        token.head = line.getBoolean("is_head", true);
        token.stress = line.getDouble("stress", Stress.NONE);
        Json currency = line.find("currency");
        token.currency = currency == null ? null : currency.asString();
        token.flags = line.getString("num_flags", "");
        return token;
    }

    private static Context context(Json line) throws IOException {
        Json vowel = line.find("future_vowel");
        Context.Sound next =
                vowel == null ? Context.Sound.PAUSE : vowel.asBoolean() ? Context.Sound.VOWEL : Context.Sound.CONSONANT;
        return new Context(next, line.getBoolean("future_to", false));
    }

    @TestFactory
    Stream<DynamicTest> letters() throws IOException {
        if (!Goldens.has("g2p-kokoro")) {
            return Stream.empty();
        }
        GoldenFiles golden = GoldenFiles.of("g2p-kokoro");
        List<Json> lines = golden.lines("words.jsonl");
        assertEquals(golden.json("case.json").getInt("count"), lines.size(), "words.jsonl: lines");
        return lines.stream()
                .map(line -> test(line, "word", () -> {
                    LetterReader reader = LetterReader.english();
                    String word = line.getString("word");
                    assertEquals(line.getString("letters"), reader.lettersOf(word));
                    assertEquals(line.getString("us"), reader.read(word, Accent.US));
                    assertEquals(line.getString("gb"), reader.read(word, Accent.GB));
                }));
    }

    @TestFactory
    Stream<DynamicTest> insideOfTheLetterNetwork() throws IOException {
        if (!Goldens.has("g2p-kokoro")) {
            return Stream.empty();
        }
        GoldenFiles golden = GoldenFiles.of("g2p-kokoro");
        Json info = golden.json("case.json");
        List<String> words = info.getStrings("words");
        assertFalse(words.isEmpty(), "case.json: no words");
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            int number = i;
            tests.add(dynamicTest(words.get(i), () -> {
                try (Safetensors io = golden.tensors("io.safetensors")) {
                    compareLetters(io, number, words.get(number), info);
                }
            }));
        }
        return tests.stream();
    }

    private static void compareLetters(Safetensors io, int number, String word, Json info) throws IOException {
        double atol = info.getDouble("atol");
        double rtol = info.getDouble("rtol");
        LetterReader reader = LetterReader.english();
        int[] ids = reader.ids(reader.lettersOf(word));
        GoldenFiles.assertEqualLongs(
                io, "in.letters." + number, Arrays.stream(ids).asLongStream().toArray());
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            LetterNetwork.Guesses guesses = reader.network().apply(frame, ids);
            for (Accent accent : Accent.values()) {
                LetterNetwork.Guess guess = guesses.of(accent);
                GoldenFiles.assertClose(
                        io, "out.early.%s.%d".formatted(accent.code(), number), guess.early(), atol, rtol);
                GoldenFiles.assertClose(io, "out.%s.%d".formatted(accent.code(), number), guess.last(), atol, rtol);
            }
        }
    }

    private static List<List<String>> triples(List<Json> golden) throws IOException {
        List<List<String>> triples = new ArrayList<>();
        for (Json triple : golden) {
            triples.add(triple.asStrings());
        }
        return triples;
    }

    private interface Check {
        void run() throws IOException;
    }

    private static DynamicTest test(Json line, String nameKey, Check check) {
        String name;
        try {
            name = line.file() + " " + line.getString(nameKey);
        } catch (IOException e) {
            throw new AssertionError("a case without a name", e);
        }
        return dynamicTest(name, check::run);
    }
}
