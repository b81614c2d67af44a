package dev.reverie.tts.g2p;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pronounces any word by its letters, with {@link LetterNetwork}. */
final class LetterReader {
    private static final class Holder {
        static final LetterReader ENGLISH = G2pData.load("words", (config, weights) -> {
            Json symbols = config.get("symbols");
            List<String> us = symbols.getStrings("us");
            List<String> gb = symbols.getStrings("gb");
            String vowels = String.join("", config.getStrings("vowels"));
            List<String> letters = config.getStrings("letters");
            return new LetterReader(
                    String.join("", letters),
                    respelling(config.get("respell")),
                    LetterNetwork.load(weights, letters.size(), us.size(), gb.size()),
                    new SlotDecoder(us, vowels),
                    new SlotDecoder(gb, vowels));
        });
    }

    /** Each letter's place is its id. */
    private final String letters;

    private final Map<String, String> respell;
    private final LetterNetwork network;
    private final SlotDecoder us;
    private final SlotDecoder gb;

    private LetterReader(
            String letters, Map<String, String> respell, LetterNetwork network, SlotDecoder us, SlotDecoder gb) {
        this.letters = letters;
        this.respell = respell;
        this.network = network;
        this.us = us;
        this.gb = gb;
    }

    /** The reader, shared and immutable; the first call reads its weights. */
    static LetterReader english() {
        return Holder.ENGLISH;
    }

    private static Map<String, String> respelling(Json table) throws IOException {
        Map<String, String> respell = new HashMap<>();
        for (String key : table.keys()) {
            respell.put(key, table.getString(key));
        }
        return respell;
    }

    LetterNetwork network() {
        return network;
    }

    /** The letters of a word that the network knows; the others fall away. */
    String lettersOf(String word) {
        String lower = Normalizer.normalize(word, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        StringBuilder kept = new StringBuilder();
        lower.codePoints().mapToObj(Character::toString).forEach(c -> kept.append(respell.getOrDefault(c, c)));
        StringBuilder known = new StringBuilder();
        kept.chars().filter(c -> letters.indexOf(c) >= 0).forEach(c -> known.append((char) c));
        return known.toString();
    }

    int[] ids(String knownLetters) {
        return knownLetters.chars().map(letters::indexOf).toArray();
    }

    /** Phonemes of a word; empty if it has no letters. */
    String read(String word, Accent accent) {
        int[] ids = ids(lettersOf(word));
        if (ids.length == 0) {
            return "";
        }
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            SlotDecoder decoder = accent == Accent.US ? us : gb;
            return decoder.decode(network.apply(frame, ids).of(accent).last());
        }
    }
}
