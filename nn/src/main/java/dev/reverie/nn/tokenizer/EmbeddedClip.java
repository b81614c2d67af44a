package dev.reverie.nn.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The published tokenizer of CLIP, of which this artifact carries the merges: its vocabulary follows from them
 * (openai/CLIP, clip/simple_tokenizer.py).
 */
final class EmbeddedClip {
    private static final String MERGES = "clip/merges.txt.gz";
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final int LENGTH = 77;

    private EmbeddedClip() {}

    static Tokenizer load(String padding) throws IOException {
        List<String> merges = merges();
        Map<String, Integer> vocabulary = vocabulary(merges);
        Integer pad = vocabulary.get(padding);
        if (pad == null) {
            throw new IllegalArgumentException("CLIP's vocabulary has no token \"%s\"".formatted(padding));
        }
        MergeTable table = new MergeTable(MERGES, vocabulary);
        for (String merge : merges) {
            table.add(merge);
        }
        int start = id(vocabulary, START);
        int end = id(vocabulary, END);
        List<AddedToken> added = Stream.of(START, END, padding)
                .distinct()
                .map(token -> TokenizerFolder.added(token, false, id(vocabulary, token)))
                .toList();
        return new Tokenizer(
                ClipFiles.normalizer(),
                new BytePair(WordPatterns.CLIP, table, vocabulary, ClipFiles.END_OF_WORD, end, false),
                added,
                new SpecialTokens(start, end, pad, List.of(start), List.of(end)),
                LENGTH);
    }

    private static int id(Map<String, Integer> vocabulary, String token) {
        return Objects.requireNonNull(vocabulary.get(token), token);
    }

    /** Bytes, printable ones first; the same at the ends of words; what each merge makes; start and end. */
    private static Map<String, Integer> vocabulary(List<String> merges) {
        List<String> tokens = new ArrayList<>(ByteAlphabet.printableFirst());
        ByteAlphabet.printableFirst().forEach(token -> tokens.add(token + ClipFiles.END_OF_WORD));
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.add(START);
        tokens.add(END);
        Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
        tokens.forEach(token -> ids.put(token, ids.size()));
        return ids;
    }

    private static List<String> merges() throws IOException {
        try (InputStream packed = Objects.requireNonNull(EmbeddedClip.class.getResourceAsStream(MERGES), MERGES);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.UTF_8))) {
            return lines.lines().filter(ClipFiles::isMerge).toList();
        }
    }
}
