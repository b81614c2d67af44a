package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a tokenizer's folder, and what is said in several of them: special tokens and added ones. */
final class TokenizerFolder {
    /** Far above any vocabulary, far below what would hurt. */
    static final int MAX_ID = 10_000_000;

    private static final List<String> SPECIAL_KEYS = List.of("bos_token", "eos_token", "unk_token", "pad_token");

    private final Path folder;
    private final @Nullable Json config;
    private final @Nullable Json specialMap;

    private TokenizerFolder(Path folder) throws IOException {
        this.folder = folder;
        this.config = readIfThere("tokenizer_config.json");
        this.specialMap = readIfThere("special_tokens_map.json");
    }

    static Tokenizer load(Path folder) throws IOException {
        return new TokenizerFolder(folder).load();
    }

    private Tokenizer load() throws IOException {
        if (Files.exists(folder.resolve("tokenizer.json"))) {
            return tokenizer(TokenizerJson.read(Json.read(folder.resolve("tokenizer.json"))));
        }
        if (Files.exists(folder.resolve("vocab.json"))) {
            return tokenizer(ClipFiles.read(this));
        }
        if (Files.exists(folder.resolve("spiece.model"))) {
            return tokenizer(SentencePieceFile.read(this));
        }
        throw CheckpointException.inFile(
                folder.toString(), "holds no tokenizer (tokenizer.json, vocab.json with merges.txt, or spiece.model)");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** A setting of {@code tokenizer_config.json}, or null. */
    @Nullable
    Json setting(String key) throws CheckpointException {
        return config == null ? null : config.find(key);
    }

    /** The spelling of a special token, or null where the files name none. */
    @Nullable
    String special(String key) throws CheckpointException {
        Json token = specialMap == null ? null : specialMap.find(key);
        token = token == null ? setting(key) : token;
        if (token == null) {
            return null;
        }
        return token.isString() ? token.asString() : token.getString("content");
    }

    String special(String key, String absent) throws CheckpointException {
        String token = special(key);
        return token == null ? absent : token;
    }

    private Tokenizer tokenizer(TokenizerParts parts) throws IOException {
        Map<String, AddedToken> added = new LinkedHashMap<>();
        parts.added().forEach(token -> added.putIfAbsent(token.content(), token));
        addDecoder(added);
        addList(added);
        for (String key : SPECIAL_KEYS) {
            String token = special(key);
            if (token != null && parts.model().idOf(token) >= 0) {
                added.putIfAbsent(token, added(token, false, parts.model().idOf(token)));
            }
        }
        SpecialTokens special = new SpecialTokens(
                idOf("bos_token", added),
                idOf("eos_token", added),
                idOf("pad_token", added),
                parts.before(),
                parts.after());
        return new Tokenizer(parts.normalizer(), parts.model(), new ArrayList<>(added.values()), special, maxLength());
    }

    /** {@code added_tokens_decoder} of the configuration: tokens by id. */
    private void addDecoder(Map<String, AddedToken> added) throws CheckpointException {
        Json tokens = setting("added_tokens_decoder");
        if (tokens == null) {
            return;
        }
        for (String key : tokens.keys()) {
            Json token = tokens.get(key);
            String content = token.getString("content");
            if (!key.matches("[0-9]{1,9}")) {
                throw token.fault("has no id for its key");
            }
            added.putIfAbsent(
                    content,
                    added(content, token.getBoolean("normalized", false), checked(token, Long.parseLong(key))));
        }
    }

    /** {@code added_tokens.json}: ids by token. */
    private void addList(Map<String, AddedToken> added) throws IOException {
        Json tokens = readIfThere("added_tokens.json");
        if (tokens == null) {
            return;
        }
        for (String content : tokens.keys()) {
            Json id = tokens.get(content);
            added.putIfAbsent(content, added(content, true, checked(id, id.asLong())));
        }
    }

    static AddedToken added(String content, boolean normalized, int id) {
        return new AddedToken(content, normalized, List.of(id));
    }

    static int checked(Json place, long id) throws CheckpointException {
        if (id < 0 || id >= MAX_ID) {
            throw place.fault("has an id outside of 0 to %d".formatted(MAX_ID - 1));
        }
        return (int) id;
    }

    private int idOf(String key, Map<String, AddedToken> added) throws CheckpointException {
        String content = special(key);
        AddedToken token = content == null ? null : added.get(content);
        return token == null ? -1 : token.ids().getFirst();
    }

    private int maxLength() throws CheckpointException {
        Json length = setting("model_max_length");
        if (length == null) {
            return Tokenizer.UNLIMITED;
        }
        double value = length.asDouble();
        if (value < 1) {
            throw length.fault("must be at least 1");
        }
        return (int) Math.min(value, Tokenizer.UNLIMITED);
    }

    private @Nullable Json readIfThere(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Json.read(file) : null;
    }
}
