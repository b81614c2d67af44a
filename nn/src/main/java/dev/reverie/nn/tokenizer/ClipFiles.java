package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** CLIP's byte-pair tokenizer in two files, {@code vocab.json} and {@code merges.txt} (openai/CLIP). */
final class ClipFiles {
    static final String END_OF_WORD = "</w>";
    private static final String HEADER = "#version";

    private ClipFiles() {}

    /** Composed, white space as one blank, lower case. */
    static TextNormalizer normalizer() {
        return TextNormalizer.sequence(
                List.of(TextNormalizer::composed, TextNormalizer.spaceRuns(false, 1, " "), TextNormalizer::lowerCase));
    }

    static TokenizerParts read(TokenizerFolder folder) throws IOException {
        requireClip(folder);
        Map<String, Integer> vocabulary = Vocabulary.read(Json.read(folder.file("vocab.json")));
        MergeTable merges = merges(folder.file("merges.txt"), vocabulary);
        int start = id(folder, vocabulary, folder.special("bos_token", "<|startoftext|>"));
        int end = id(folder, vocabulary, folder.special("eos_token", "<|endoftext|>"));
        int unknown = id(folder, vocabulary, folder.special("unk_token", "<|endoftext|>"));
        return new TokenizerParts(
                normalizer(),
                new BytePair(WordPatterns.CLIP, merges, vocabulary, END_OF_WORD, unknown, false),
                List.of(),
                List.of(start),
                List.of(end));
    }

    private static void requireClip(TokenizerFolder folder) throws CheckpointException {
        Json kind = folder.setting("tokenizer_class");
        if (kind != null && !kind.asString().startsWith("CLIPTokenizer")) {
            throw kind.fault("is not CLIPTokenizer, the only one that is known in vocab.json and merges.txt");
        }
    }

    private static int id(TokenizerFolder folder, Map<String, Integer> vocabulary, String token)
            throws CheckpointException {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw CheckpointException.inFile(
                    folder.file("vocab.json").toString(), "has no special token \"%s\"", token);
        }
        return id;
    }

    static boolean isMerge(String line) {
        return !line.isEmpty() && !line.startsWith(HEADER);
    }

    private static MergeTable merges(Path file, Map<String, Integer> vocabulary) throws IOException {
        MergeTable merges = new MergeTable(file.toString(), vocabulary);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isMerge(line)) {
                    merges.add(line);
                }
            }
        } catch (CharacterCodingException e) {
            throw CheckpointException.inFile(file.toString(), "its bytes are not UTF-8")
                    .because(e);
        }
        return merges;
    }
}
