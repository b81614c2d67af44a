package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code tokenizer.json} as huggingface/tokenizers writes it: byte-pair and unigram models, and the steps around them. */
final class TokenizerJson {
    private final Json root;

    private TokenizerJson(Json root) {
        this.root = root;
    }

    static TokenizerParts read(Json root) throws CheckpointException {
        return new TokenizerJson(root).read();
    }

    private TokenizerParts read() throws CheckpointException {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        readTemplate(root.find("post_processor"), before, after);
        return new TokenizerParts(normalizer(root.find("normalizer")), model(), added(), before, after);
    }

    private List<AddedToken> added() throws CheckpointException {
        List<AddedToken> tokens = new ArrayList<>();
        Json list = root.find("added_tokens");
        for (Json token : list == null ? List.<Json>of() : list.asList()) {
            tokens.add(TokenizerFolder.added(
                    token.getString("content"),
                    token.getBoolean("normalized", false),
                    TokenizerFolder.checked(token, token.get("id").asLong())));
        }
        return tokens;
    }

    private TokenModel model() throws CheckpointException {
        Json model = root.get("model");
        String type = model.getString("type", model.get("vocab").isList() ? "Unigram" : "BPE");
        return switch (type) {
            case "BPE" -> bytePair(model);
            case "Unigram" -> unigram(model);
            default -> throw model.fault("has the type \"%s\"; known are BPE and Unigram".formatted(type));
        };
    }

    private BytePair bytePair(Json model) throws CheckpointException {
        Map<String, Integer> vocabulary = Vocabulary.read(model.get("vocab"));
        MergeTable merges = new MergeTable(root.file(), vocabulary);
        for (Json merge : model.getList("merges")) {
            if (merge.isString()) {
                merges.add(merge.asString());
            } else {
                List<String> pair = merge.asStrings();
                if (pair.size() != 2) {
                    throw merge.fault("must be two tokens");
                }
                merges.add(pair.getFirst(), pair.getLast());
            }
        }
        String unknown = model.getString("unk_token", "");
        return new BytePair(
                words(),
                merges,
                vocabulary,
                model.getString("end_of_word_suffix", ""),
                vocabulary.getOrDefault(unknown, -1),
                model.getBoolean("ignore_merges", false));
    }

    private Pattern words() throws CheckpointException {
        Json split = step(root.find("pre_tokenizer"), "pretokenizers", "Split");
        if (split != null) {
            return WordPatterns.of(split.get("pattern").get("Regex"));
        }
        Json bytes = step(root.find("pre_tokenizer"), "pretokenizers", "ByteLevel");
        if (bytes == null || !bytes.getBoolean("use_regex", true) || bytes.getBoolean("add_prefix_space", true)) {
            throw root.fault("has a byte-pair model whose \"pre_tokenizer\" does not split by a known pattern");
        }
        return WordPatterns.GPT2;
    }

    private Unigram unigram(Json model) throws CheckpointException {
        List<Json> vocabulary = model.getList("vocab");
        UnigramPieces pieces = new UnigramPieces(root.file(), vocabulary.size());
        for (Json entry : vocabulary) {
            List<Json> pair = entry.asList();
            if (pair.size() != 2) {
                throw entry.fault("must be a piece and its score");
            }
            pieces.add(pair.getFirst().asString(), pair.getLast().asDouble());
        }
        Json preTokenizer = root.find("pre_tokenizer");
        if (step(preTokenizer, "pretokenizers", "Metaspace") == null) {
            throw root.fault("has a unigram model without \"Metaspace\" in \"pre_tokenizer\"");
        }
        boolean whiteSpace = step(preTokenizer, "pretokenizers", "WhitespaceSplit") != null;
        return pieces.model(
                model.getInt("unk_id"),
                whiteSpace ? Unigram.WordBreaks.WHITE_SPACE : Unigram.WordBreaks.BLANKS,
                model.getBoolean("byte_fallback", false));
    }

    /** The step of that type, by itself or in a sequence, or null. */
    private static @Nullable Json step(@Nullable Json step, String list, String type) throws CheckpointException {
        if (step == null || step.getString("type").equals(type)) {
            return step;
        }
        for (Json inner : step.has(list) ? step.getList(list) : List.<Json>of()) {
            if (inner.getString("type").equals(type)) {
                return inner;
            }
        }
        return null;
    }

    private static TextNormalizer normalizer(@Nullable Json step) throws CheckpointException {
        if (step == null) {
            return text -> text;
        }
        return switch (step.getString("type")) {
            case "Sequence" -> {
                List<TextNormalizer> steps = new ArrayList<>();
                for (Json inner : step.getList("normalizers")) {
                    steps.add(normalizer(inner));
                }
                yield TextNormalizer.sequence(steps);
            }
            case "NFC" -> TextNormalizer::composed;
            case "Lowercase" -> TextNormalizer::lowerCase;
            case "Replace" -> replacement(step);
            case "Strip" -> TextNormalizer.stripped(step.getBoolean("strip_left"), step.getBoolean("strip_right"));
            case "Precompiled" -> CharsMap.of(step.file(), decoded(step.get("precompiled_charsmap")));
            default ->
                throw step.get("type")
                        .fault("is not a normalizer that is known (NFC, Lowercase, Replace, Strip, Precompiled)");
        };
    }

    private static TextNormalizer replacement(Json step) throws CheckpointException {
        Json regex = step.get("pattern").get("Regex");
        return switch (regex.asString()) {
            case "\\s+" -> TextNormalizer.spaceRuns(false, 1, step.getString("content"));
            case " {2,}" -> TextNormalizer.spaceRuns(true, 2, step.getString("content"));
            default -> throw regex.fault("is not a replacement that is known (\\s+ and two or more blanks)");
        };
    }

    private static byte[] decoded(Json base64) throws CheckpointException {
        try {
            return Base64.getDecoder().decode(base64.asString());
        } catch (IllegalArgumentException e) {
            throw base64.fault("is not base64").because(e);
        }
    }

    /** The ids before and after a text. */
    private static void readTemplate(@Nullable Json processor, List<Integer> before, List<Integer> after)
            throws CheckpointException {
        if (processor == null) {
            return;
        }
        switch (processor.getString("type")) {
            case "ByteLevel" -> {}
            case "RobertaProcessing", "BertProcessing" -> {
                before.add(TokenizerFolder.checked(
                        processor, processor.getList("cls").get(1).asLong()));
                after.add(TokenizerFolder.checked(
                        processor, processor.getList("sep").get(1).asLong()));
            }
            case "TemplateProcessing" -> readSingle(processor, before, after);
            case "Sequence" -> {
                for (Json inner : processor.getList("processors")) {
                    readTemplate(inner, before, after);
                }
            }
            default -> throw processor.get("type").fault("is not a post-processor that is known");
        }
    }

    private static void readSingle(Json processor, List<Integer> before, List<Integer> after)
            throws CheckpointException {
        boolean textSeen = false;
        for (Json part : processor.getList("single")) {
            Json token = part.find("SpecialToken");
            if (token == null) {
                textSeen = true;
                continue;
            }
            Json ids =
                    processor.get("special_tokens").get(token.getString("id")).get("ids");
            for (Json id : ids.asList()) {
                (textSeen ? after : before).add(TokenizerFolder.checked(id, id.asLong()));
            }
        }
    }
}
