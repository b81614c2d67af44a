package dev.reverie.nn;

import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.encoder.ClipVision;
import dev.reverie.nn.encoder.ClipVisionConfig;
import dev.reverie.nn.encoder.Gpt2;
import dev.reverie.nn.encoder.Gpt2Config;
import dev.reverie.nn.encoder.Llama;
import dev.reverie.nn.encoder.LlamaConfig;
import dev.reverie.nn.encoder.T5Config;
import dev.reverie.nn.encoder.T5Encoder;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** Encoders against transformers. */
final class EncoderGoldens {
    private EncoderGoldens() {}

    static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "clip-text", computing(EncoderGoldens::clipText),
                "clip-vision", computing(EncoderGoldens::clipVision),
                "t5-encoder", computing(EncoderGoldens::t5),
                "llama-text", computing(EncoderGoldens::llama),
                "gpt2", computing(EncoderGoldens::gpt2));
    }

    @FunctionalInterface
    private interface Body {
        void run(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException;
    }

    private static Goldens.Runner computing(Body body) {
        return golden -> {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame();
                    Checkpoint weights = golden.weights()) {
                body.run(frame, golden, weights);
            }
        };
    }

    private static void clipText(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException {
        ClipText clip = ClipText.load(weights.root(), ClipTextConfig.read(golden.config()));
        weights.finish();
        int[][] ids = rows(golden, "input_ids");
        Tensor hidden = clip.hidden(frame, ids, 1);
        golden.compare("hidden.-2", hidden);
        Tensor last = clip.last(frame, hidden, 1);
        golden.compare("last_hidden_state", last);
        Tensor pooled = clip.pooled(frame, last, ids);
        if (clip.projection() == null) {
            golden.compare("pooler_output", pooled);
        } else {
            golden.compare("text_embeds", clip.projected(frame, pooled));
        }
    }

    private static void clipVision(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException {
        ClipVision clip = ClipVision.load(weights.root(), ClipVisionConfig.read(golden.config()));
        weights.finish();
        Tensor hidden = clip.hidden(frame, channelsLast(golden.input("pixel_values")), 1);
        golden.compare("hidden.-2", hidden);
        Tensor last = clip.last(frame, hidden, 1);
        golden.compare("last_hidden_state", last);
        golden.compare("image_embeds", clip.imageEmbeds(frame, last));
    }

    private static void t5(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException {
        T5Encoder t5 = T5Encoder.load(weights.root(), T5Config.read(golden.config()));
        weights.finish("encoder.embed_tokens");
        golden.compare("last_hidden_state", t5.apply(frame, rows(golden, "input_ids"), rows(golden, "attention_mask")));
    }

    private static void llama(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException {
        Llama llama = Llama.load(weights.root(), LlamaConfig.read(golden.config()));
        weights.finish();
        int[][] mask = rows(golden, "attention_mask");
        Tensor hidden = llama.hidden(frame, rows(golden, "input_ids"), mask, 2);
        golden.compare("hidden.-3", hidden);
        golden.compare("last_hidden_state", llama.last(frame, hidden, mask, 2));
    }

    private static void gpt2(Frame frame, GoldenCase golden, Checkpoint weights) throws IOException {
        Gpt2 gpt2 = Gpt2.load(weights.root(), Gpt2Config.read(golden.config()));
        weights.finish();
        golden.compare("last_hidden_state", gpt2.apply(frame, rows(golden, "input_ids")));
    }

    private static int[][] rows(GoldenCase golden, String name) throws IOException {
        int[] flat = golden.ints(name);
        int length = golden.input(name).dim(1);
        int[][] rows = new int[flat.length / length][];
        Arrays.setAll(rows, n -> Arrays.copyOfRange(flat, n * length, (n + 1) * length));
        return rows;
    }
}
