package dev.reverie.diffusion.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The golden cases of {@code weighting/}. */
public final class PromptGoldens {
    private record Expected(String text, @Nullable Double weight) {}

    private PromptGoldens() {}

    public static Map<String, Goldens.Runner> runners() {
        return Map.of("prompt-weights", PromptGoldens::pieces, "weighted-clip-text", PromptGoldens::states);
    }

    private static void pieces(GoldenCase golden) throws IOException {
        for (Json row : golden.rows("rows")) {
            String text = row.getString("text");
            List<Expected> want = new ArrayList<>();
            for (Json piece : row.getList("pieces")) {
                Json weight = piece.asList().get(1);
                want.add(
                        new Expected(piece.asList().getFirst().asString(), weight.isNull() ? null : weight.asDouble()));
            }
            requireEqual(
                    text, want, flat(WeightedPrompt.parse(text)), golden.json().getDouble("atol"));
        }
    }

    /** The sections' pieces, a BREAK between two of them. */
    private static List<Expected> flat(WeightedPrompt prompt) {
        List<Expected> pieces = new ArrayList<>();
        for (int i = 0; i < prompt.sections().size(); i++) {
            if (i > 0) {
                pieces.add(new Expected("BREAK", null));
            }
            prompt.sections().get(i).forEach(piece -> pieces.add(new Expected(piece.text(), piece.weight())));
        }
        return pieces;
    }

    private static void requireEqual(String text, List<Expected> want, List<Expected> got, double atol) {
        assertEquals(
                want.stream().map(Expected::text).toList(),
                got.stream().map(Expected::text).toList(),
                text);
        for (int i = 0; i < want.size(); i++) {
            Double wanted = want.get(i).weight();
            Double weight = got.get(i).weight();
            assertEquals(wanted == null, weight == null, text);
            if (wanted != null && weight != null) {
                assertEquals(wanted, weight, atol, text);
            }
        }
    }

    /** From the text to weighted states, by the case's own encoder. */
    private static void states(GoldenCase golden) throws IOException {
        Path goldens = golden.folder().resolve("../..");
        Tokenizer tokenizer = Tokenizer.load(goldens.resolve(golden.json().getString("tokenizer")));
        ClipText encoder = encoder(golden);
        List<Json> prompts = golden.rows("prompts");
        for (int n = 0; n < prompts.size(); n++) {
            String prompt = prompts.get(n).getString("prompt");
            TokenWindows windows = TokenWindows.of(
                    WeightedPrompt.parse(prompt), tokenizer, encoder.config().positions());
            assertEquals(prompts.get(n).getInt("windows"), windows.count());
            int[] ids =
                    Arrays.stream(windows.ids()).flatMapToInt(Arrays::stream).toArray();
            assertArrayEquals(golden.integers("out." + n + ".tokens"), ids);
            golden.compared(n + ".tokens");
            golden.compare(n + ".weights", flat(windows.weights()));
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                Tensor states = encoder.last(frame, encoder.hidden(frame, windows.ids(), 0), 0);
                golden.compare(n + ".plain", TokenWeights.PLAIN.apply(frame, states, windows.weights()));
                golden.compare(n + ".kept_mean", TokenWeights.KEPT_MEAN.apply(frame, states, windows.weights()));
            }
        }
    }

    private static ClipText encoder(GoldenCase golden) throws IOException {
        try (Checkpoint weights = golden.weights()) {
            ClipText encoder = ClipText.load(weights.root(), ClipTextConfig.read(golden.config()));
            weights.finish();
            return encoder;
        }
    }

    private static Tensor flat(float[][] weights) {
        Tensor flat = Tensor.zeros(Shape.of(weights.length * weights[0].length));
        for (int i = 0; i < flat.elementCount(); i++) {
            flat.data()[i] = weights[i / weights[0].length][i % weights[0].length];
        }
        return flat;
    }
}
