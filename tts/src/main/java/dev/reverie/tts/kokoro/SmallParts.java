package dev.reverie.tts.kokoro;

import dev.reverie.nn.WarmUp.Part;
import dev.reverie.nn.encoder.Albert;
import dev.reverie.nn.encoder.AlbertConfig;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.tts.kokoro.KokoroConfig.GeneratorConfig;
import java.util.List;

/** The network's parts, small and with weights of zero, to be run by {@link dev.reverie.nn.WarmUp}. */
final class SmallParts {
    /** Of full panels, and at the vocoder's end of half ones. */
    private static final int WIDTH = 64;

    private static final int STYLE = 16;
    private static final int PHONEMES = 13;

    /** Steps of the vocoder: its tiles have 6, 4 and fewer rows. */
    private static final int LENGTH = 17;

    private static final AlbertConfig BERT =
            new AlbertConfig(PHONEMES, WIDTH, WIDTH, 1, 1, 2 * WIDTH, PHONEMES, 1, 1e-5);
    private static final List<Integer> DILATION = List.of(1);
    private static final GeneratorConfig VOCODER = new GeneratorConfig(
            List.of(2, 2), List.of(4, 4), 2 * WIDTH, List.of(3, 7, 11), List.of(DILATION, DILATION, DILATION), 20, 5);

    private SmallParts() {}

    static List<Part> of() {
        WeightScope zeros = WeightScope.zeros();
        return List.of(bert(zeros), text(zeros), prosody(zeros), vocoder(zeros));
    }

    private static Part bert(WeightScope scope) {
        Albert albert = Albert.load(scope, BERT);
        int[][] ids = {new int[PHONEMES]};
        return frame -> albert.apply(frame, ids, null);
    }

    private static Part text(WeightScope scope) {
        TextEncoder encoder = TextEncoder.load(scope, WIDTH, 5, 1, PHONEMES);
        return frame -> encoder.apply(frame, new int[PHONEMES]);
    }

    private static Part prosody(WeightScope scope) {
        ProsodyPredictor predictor = ProsodyPredictor.load(scope, STYLE, WIDTH, 1, WIDTH);
        Tensor x = zeros(1, PHONEMES, WIDTH);
        Tensor style = zeros(1, STYLE);
        return frame -> {
            predictor.durationLogits(frame, predictor.encoder().apply(frame, x, style));
            predictor.pitch().apply(frame, x, style);
        };
    }

    private static Part vocoder(WeightScope scope) {
        Generator generator = Generator.load(scope, VOCODER, STYLE);
        Tensor x = zeros(1, LENGTH, 2 * WIDTH);
        Tensor style = zeros(1, STYLE);
        Tensor pitch = zeros(1, LENGTH, 1);
        int samples = LENGTH * VOCODER.samplesPerPitch();
        Tensor noise = zeros(1, samples, generator.source().harmonics());
        return frame -> generator.apply(frame, x, style, pitch, noise);
    }

    private static Tensor zeros(int... sizes) {
        return Tensor.zeros(Shape.of(sizes));
    }
}
