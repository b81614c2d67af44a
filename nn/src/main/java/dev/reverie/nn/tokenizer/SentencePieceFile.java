package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * T5's {@code spiece.model}: a protocol buffer of pieces and settings (google/sentencepiece,
 * src/sentencepiece_model.proto), read as huggingface/transformers converts it, {@code <extra_id_n>} included.
 */
final class SentencePieceFile {
    private static final int UNIGRAM = 1;
    private static final int DEFAULT_EXTRA_IDS = 100;

    private final UnigramPieces pieces;
    private int modelType = UNIGRAM;
    private int unknownId;
    private boolean byteFallback;
    private byte @Nullable [] charsMap;

    private SentencePieceFile(String file, byte[] bytes) throws CheckpointException {
        this.pieces = new UnigramPieces(file, bytes.length / 16);
        ProtoFields fields = new ProtoFields(file, bytes);
        while (fields.next()) {
            switch (fields.number()) {
                case 1 -> readPiece(fields.message());
                case 2 -> readTrainer(fields.message());
                case 3 -> readNormalizer(fields.message());
                default -> {}
            }
        }
    }

    static TokenizerParts read(TokenizerFolder folder) throws IOException {
        Path path = folder.file("spiece.model");
        SentencePieceFile model = new SentencePieceFile(path.toString(), Files.readAllBytes(path));
        if (model.modelType != UNIGRAM) {
            throw CheckpointException.inFile(path.toString(), "is a model of type %d, not unigram", model.modelType);
        }
        Unigram unigram = model.pieces.model(model.unknownId, Unigram.WordBreaks.WHITE_SPACE, model.byteFallback);
        int end = unigram.idOf(folder.special("eos_token", "</s>"));
        return new TokenizerParts(
                model.charsMap == null ? text -> text : CharsMap.of(path.toString(), model.charsMap),
                unigram,
                extraIds(folder, unigram.size()),
                List.of(),
                end < 0 ? List.of() : List.of(end));
    }

    /** Sentinels of T5's training, the last one first. */
    private static List<AddedToken> extraIds(TokenizerFolder folder, int size) throws CheckpointException {
        Json setting = folder.setting("extra_ids");
        int count = setting == null ? DEFAULT_EXTRA_IDS : setting.asInt();
        if (count < 0 || count > 10_000) {
            throw CheckpointException.inFile(
                    folder.file("tokenizer_config.json").toString(), "\"extra_ids\" is %d", count);
        }
        List<AddedToken> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tokens.add(TokenizerFolder.added("<extra_id_%d>".formatted(i), false, size + count - 1 - i));
        }
        return tokens;
    }

    private void readPiece(ProtoFields fields) throws CheckpointException {
        String piece = "";
        float score = 0;
        while (fields.next()) {
            switch (fields.number()) {
                case 1 -> piece = new String(fields.bytes(), StandardCharsets.UTF_8);
                case 2 -> score = fields.fixed32();
                default -> {}
            }
        }
        pieces.add(piece, score);
    }

    private void readTrainer(ProtoFields fields) throws CheckpointException {
        while (fields.next()) {
            switch (fields.number()) {
                case 3 -> modelType = (int) fields.varint();
                case 35 -> byteFallback = fields.varint() != 0;
                case 40 -> unknownId = (int) fields.varint();
                default -> {}
            }
        }
    }

    private void readNormalizer(ProtoFields fields) throws CheckpointException {
        while (fields.next()) {
            if (fields.number() == 2) {
                byte[] bytes = fields.bytes();
                charsMap = bytes.length == 0 ? null : bytes;
            }
        }
    }
}
