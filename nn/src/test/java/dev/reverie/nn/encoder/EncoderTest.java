package dev.reverie.nn.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What the golden cases do not reach, with the weights of the repository's own copies. */
class EncoderTest {
    private static final int[][] IDS = {{5, 17, 3, 9}, {8, 8, 120, 4}};
    private static final int[][] MASK = {{1, 1, 1, 1}, {1, 1, 1, 0}};

    private static Path folder(String name) {
        return Goldens.repository().resolve("goldens/encoder").resolve(name);
    }

    private static Json config(String name) throws IOException {
        return Json.read(folder(name).resolve("config.json"));
    }

    private static Checkpoint weights(String name) throws IOException {
        return Checkpoint.open(folder(name).resolve("model.safetensors"));
    }

    private static ClipText clip() throws IOException {
        try (Checkpoint weights = weights("clip-l")) {
            return ClipText.load(weights.root(), ClipTextConfig.read(config("clip-l")));
        }
    }

    @Test
    void measuringTakesTheSameMemory() throws IOException {
        ClipText clip = clip();
        requireSameMemory((frame, ids) -> clip.last(frame, clip.hidden(frame, ids, 2), 2));
        try (Checkpoint weights = weights("t5-v1.1")) {
            T5Encoder t5 = T5Encoder.load(weights.root(), T5Config.read(config("t5-v1.1")));
            requireSameMemory((frame, ids) -> t5.apply(frame, ids, MASK));
        }
        try (Checkpoint weights = weights("umt5")) {
            T5Encoder umt5 = T5Encoder.load(weights.root(), T5Config.read(config("umt5")));
            requireSameMemory((frame, ids) -> umt5.apply(frame, ids, null));
        }
        try (Checkpoint weights = weights("llama")) {
            Llama llama = Llama.load(weights.root(), LlamaConfig.read(config("llama")));
            requireSameMemory((frame, ids) -> llama.hidden(frame, ids, MASK, 1));
        }
        try (Checkpoint weights = weights("gpt2")) {
            Gpt2 gpt2 = Gpt2.load(weights.root(), Gpt2Config.read(config("gpt2")));
            requireSameMemory(gpt2::apply);
        }
        try (Checkpoint weights = weights("clip-vision")) {
            ClipVision vision = ClipVision.load(weights.root(), ClipVisionConfig.read(config("clip-vision")));
            requireSameMemory((frame, ids) -> {
                Tensor last = vision.hidden(frame, frame.tensor(2, 28, 28, 3), 0);
                return vision.imageEmbeds(frame, vision.last(frame, last, 0));
            });
        }
    }

    private static void requireSameMemory(BiFunction<Frame, int[][], Tensor> encoder) {
        try (Workspace measuring = Workspace.measuring();
                Workspace computing = Workspace.create()) {
            Shape[] shapes = new Shape[2];
            for (int i = 0; i < 2; i++) {
                try (Frame frame = (i == 0 ? measuring : computing).frame()) {
                    shapes[i] = encoder.apply(frame, IDS).shape();
                }
            }
            assertEquals(shapes[1], shapes[0]);
            assertEquals(computing.peakBytes(), measuring.peakBytes());
        }
    }

    @Test
    void anySplitOfTheLayersGivesTheSame() throws IOException {
        ClipText clip = clip();
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            float[] whole = clip.last(frame, clip.hidden(frame, IDS, 0), 0).toArray();
            for (int skip = 1; skip <= 3; skip++) {
                Tensor hidden = clip.hidden(frame, IDS, skip);
                assertArrayEquals(whole, clip.last(frame, hidden, skip).toArray());
            }
            assertThrows(IllegalArgumentException.class, () -> clip.hidden(frame, IDS, 4));
            assertThrows(IllegalArgumentException.class, () -> clip.hidden(frame, IDS, -1));
        }
    }

    @Test
    void namesNeedNoPrefix() throws IOException {
        Path file = folder("clip-l").resolve("model.safetensors");
        try (Checkpoint weights = Checkpoint.open(file, name -> name.replace("text_model.", ""));
                Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            ClipText bare = ClipText.load(weights.root(), clip().config());
            weights.finish();
            assertArrayEquals(
                    clip().hidden(frame, IDS, 1).toArray(),
                    bare.hidden(frame, IDS, 1).toArray());
        }
    }

    @Test
    void pooledStateIsTheEndOfTheText() throws IOException {
        Tensor last = Tensor.of(Shape.of(2, 4, 1), new float[] {0, 1, 2, 3, 10, 11, 12, 13});
        int[][] ids = {{998, 7, 999, 999}, {998, 3, 5, 4}};
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            ClipText old = clip();
            assertEquals(2, old.config().endOfText());
            assertArrayEquals(new float[] {2, 10}, old.pooled(frame, last, ids).toArray());
            ClipText told = new ClipText(
                    old.tokens(), old.positions(), old.layers(), old.finalNorm(), null, withEnd(old.config(), 5));
            assertArrayEquals(new float[] {0, 12}, told.pooled(frame, last, ids).toArray());
            assertThrows(IllegalStateException.class, () -> told.projected(frame, last));
        }
    }

    private static ClipTextConfig withEnd(ClipTextConfig c, int endOfText) {
        return new ClipTextConfig(
                c.vocabulary(),
                c.width(),
                c.innerWidth(),
                c.layers(),
                c.heads(),
                c.positions(),
                c.activation(),
                c.layerNormEps(),
                c.projectionWidth(),
                endOfText);
    }

    @Test
    void furtherTokensFollowTheVocabulary() throws IOException {
        ClipText clip = clip();
        Tensor rows = Tensor.of(
                clip.tokens().table().rows(17, 19).shape(),
                clip.tokens().table().rows(17, 19).toArray());
        ClipText taught = clip.withTokens(rows);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            float[] want = clip.hidden(frame, new int[][] {{17, 18, 2}}, 0).toArray();
            float[] got = taught.hidden(frame, new int[][] {{1000, 1001, 2}}, 0).toArray();
            assertArrayEquals(want, got);
            assertThrows(IllegalArgumentException.class, () -> clip.hidden(frame, new int[][] {{1000}}, 0));
            assertThrows(IllegalArgumentException.class, () -> clip.withTokens(Tensor.zeros(Shape.of(2, 7))));
        }
    }

    @Test
    void refusesTextsThatAreNone() throws IOException {
        ClipText clip = clip();
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            for (int[][] ids : new int[][][] {{}, {{}}, {{1}, {1, 2}}, {new int[78]}, {{-1}}}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> clip.hidden(frame, ids, 0),
                        () -> Arrays.deepToString(ids));
            }
        }
    }

    /** Tokens behind the padding do not reach those before: the same states with and without them. */
    @Test
    void paddingIsNotSeen() throws IOException {
        try (Checkpoint weights = weights("t5-v1.1");
                Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            T5Encoder t5 = T5Encoder.load(weights.root(), T5Config.read(config("t5-v1.1")));
            float[] padded = t5.apply(frame, new int[][] {{5, 17, 3, 77}}, new int[][] {{1, 1, 1, 0}})
                    .toArray();
            float[] alone = t5.apply(frame, new int[][] {{5, 17, 3}}, null).toArray();
            assertArrayEquals(alone, Arrays.copyOf(padded, alone.length), 1e-5f);
        }
    }

    @Test
    void configurationsNameTheKeyAndTheNumber() {
        String clip = "\"hidden_size\": 50, \"num_attention_heads\": 4";
        requireFault(
                "hidden_size 50 is not a multiple of num_attention_heads 4", json -> ClipTextConfig.read(json), clip);
        requireFault("num_attention_heads 0", json -> ClipVisionConfig.read(json), "\"num_attention_heads\": 0");
        requireFault("\"d_model\" is missing", json -> T5Config.read(json), "\"vocab_size\": 3");
        requireFault(
                "vocab_size 1000000 times d_model 30000 is 2^31 or more",
                json -> T5Config.read(json),
                "\"vocab_size\": 1000000, \"d_model\": 30000, \"d_kv\": 8, \"d_ff\": 8, \"num_layers\": 1, \"num_heads\": 1");
        String llama = "\"vocab_size\": 9, \"hidden_size\": 8, \"intermediate_size\": 9, \"num_hidden_layers\": 1, ";
        requireFault(
                "num_attention_heads 4 is not a multiple of num_key_value_heads 3",
                json -> LlamaConfig.read(json),
                llama + "\"num_attention_heads\": 4, \"num_key_value_heads\": 3");
        requireFault("num_attention_heads 0", json -> LlamaConfig.read(json), llama + "\"num_attention_heads\": 0");
        requireFault(
                "n_embd 2000000000",
                json -> Gpt2Config.read(json),
                "\"n_embd\": 2000000000, \"vocab_size\": 1, \"n_positions\": 1, \"n_layer\": 1, \"n_head\": 1");
    }

    private static void requireFault(String part, Json.Reader<?> reader, String members) {
        IOException fault =
                assertThrows(IOException.class, () -> reader.read(Json.parse("fox/config.json", "{" + members + "}")));
        String message = String.valueOf(fault.getMessage());
        assertTrue(message.startsWith("fox/config.json: ") && message.contains(part), message);
    }
}
