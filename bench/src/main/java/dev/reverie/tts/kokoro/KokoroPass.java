package dev.reverie.tts.kokoro;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * One pass of the network on the ids and the style of a golden case, without the text before it. In this package, which
 * the class path allows, since the network itself is not public.
 */
public final class KokoroPass {
    private final KokoroNetwork network;

    private KokoroPass(KokoroNetwork network) {
        this.network = network;
    }

    /** Loads a folder with {@code config.json} and the weights in {@code kokoro-v1_0.safetensors}; no voices. */
    public static KokoroPass load(Path folder) throws IOException {
        KokoroConfig config = KokoroConfig.read(Json.read(folder.resolve("config.json")));
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("kokoro-v1_0.safetensors"))) {
            KokoroNetwork network = KokoroNetwork.load(checkpoint.root(), config);
            checkpoint.finish("bert.pooler.");
            return new KokoroPass(network);
        }
    }

    /** What a golden case puts in. */
    public record Input(Tensor ids, Tensor style) {
        /** Reads {@code io.safetensors} of a case of kokoro-82m. */
        public static Input read(Path goldenCase) throws IOException {
            try (Safetensors file = Safetensors.open(goldenCase.resolve("io.safetensors"))) {
                return new Input(all(file, "in.ids"), all(file, "in.ref_s"));
            }
        }

        private static Tensor all(Safetensors file, String name) throws IOException {
            TensorEntry entry = Objects.requireNonNull(file.entries().get(name), name);
            int count = (int) entry.elementCount();
            return Tensor.of(Shape.of(count), file.floats(name, 0, count));
        }
    }

    /** Makes the sound, noise and all. */
    public void run(Frame frame, Input input) {
        int[] ids = new int[input.ids().elementCount()];
        Arrays.setAll(ids, i -> (int) input.ids().get(i));
        Tensor halves = input.style().reshape(2, network.config().styleDim());
        KokoroNetwork.Style style = new KokoroNetwork.Style(halves.rows(0, 1), halves.rows(1, 2));
        KokoroNetwork.Prosody prosody = network.prosody(frame, ids, style, 1);
        network.samples(frame, ids, prosody, style, KokoroNetwork.Noise.of(0));
    }
}
