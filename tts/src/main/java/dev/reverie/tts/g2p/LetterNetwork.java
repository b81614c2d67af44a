package dev.reverie.tts.g2p;

import dev.reverie.nn.Conv;
import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Letters to phonemes: attention and convolution over the letters, two output slots a letter, no loop
 * ({@code g2p-kokoro}, 1.3 million parameters, trained for this project on the dictionaries).
 *
 * <p>Both accents' first guesses are fed back once, so both are always computed.
 */
record LetterNetwork(Embedding embedding, List<Block> blocks, LayerNorm norm, ReadOut us, ReadOut gb) {
    private static final int WIDTH = 160;
    private static final int HEADS = 4;
    private static final int INNER = 320;
    private static final int KERNEL = 3;
    /** Letters farther away than this look alike. */
    private static final int REACH = 12;

    private static final int BLOCKS = 4;
    /** The block before which the guesses are fed back. */
    private static final int FEEDBACK = 2;

    private static final int SLOTS = 2;
    private static final double EPSILON = 1e-5;

    /** Logits of an accent for a word of n letters, {@code [2 n, symbols]}: those that were fed back, and the last. */
    record Guess(Tensor early, Tensor last) {}

    /** The guesses for both accents. */
    record Guesses(Guess us, Guess gb) {
        Guess of(Accent accent) {
            return accent == Accent.US ? us : gb;
        }
    }

    /** An accent's symbols of each slot, and how their probabilities are fed back. */
    record ReadOut(Linear head, Linear feedback) {
        static ReadOut load(WeightScope scope, Accent accent, int symbols) {
            return new ReadOut(
                    Linear.load(scope.at("head").at(accent.code()), WIDTH, SLOTS * symbols),
                    Linear.loadWithoutBias(scope.at("feedback").at(accent.code()), SLOTS * symbols, WIDTH));
        }

        /** {@code x [n, 160] -> [2 n, symbols]}. */
        Tensor logits(Frame frame, Tensor x) {
            Tensor both = head.apply(frame, x);
            return both.reshape(SLOTS * both.dim(0), both.dim(1) / SLOTS);
        }

        /** {@code logits [2 n, symbols] -> [n, 160]}. */
        Tensor feedBack(Frame frame, Tensor logits) {
            Tensor likely = Ops.softmax(frame, logits);
            return feedback.apply(frame, likely.reshape(likely.dim(0) / SLOTS, SLOTS * likely.dim(1)));
        }
    }

    /**
     * Attention, then convolution, each with its residual.
     *
     * @param distance added to the scores of each head, {@code [4, 25]}: from 12 letters before to 12 after
     */
    record Block(
            LayerNorm norm1,
            Linear q,
            Linear k,
            Linear v,
            Linear out,
            Tensor distance,
            LayerNorm norm2,
            Conv conv,
            Linear shrink) {
        static Block load(WeightScope scope) {
            return new Block(
                    LayerNorm.load(scope.at("norm1"), WIDTH, EPSILON),
                    Linear.load(scope.at("q"), WIDTH, WIDTH),
                    Linear.load(scope.at("k"), WIDTH, WIDTH),
                    Linear.load(scope.at("v"), WIDTH, WIDTH),
                    Linear.load(scope.at("out"), WIDTH, WIDTH),
                    scope.tensor("distance", Shape.of(HEADS, 2 * REACH + 1)),
                    LayerNorm.load(scope.at("norm2"), WIDTH, EPSILON),
                    Conv.load(scope.at("conv"), WIDTH, INNER, ConvGeometry.of(Window.same(KERNEL, 1))),
                    Linear.load(scope.at("shrink"), INNER, WIDTH));
        }

        /** {@code x [n, 160] -> [n, 160]}. */
        Tensor apply(Frame caller, Tensor x) {
            try (Frame frame = caller.frame()) {
                Tensor y = Ops.add(frame, x, attention(frame, norm1.apply(frame, x)));
                return frame.keep(Ops.add(frame, y, convolution(frame, norm2.apply(frame, y))));
            }
        }

        private Tensor attention(Frame frame, Tensor h) {
            int n = h.dim(0);
            Tensor heads = Heads.attention(
                    frame,
                    q.apply(frame, h).reshape(1, n, WIDTH),
                    k.apply(frame, h).reshape(1, n, WIDTH),
                    v.apply(frame, h).reshape(1, n, WIDTH),
                    HEADS,
                    (float) (1 / Math.sqrt((double) WIDTH / HEADS)),
                    distances(frame, n),
                    false);
            return out.apply(frame, heads.reshape(n, WIDTH));
        }

        /** {@code [1, 4, n, n]}. */
        private Tensor distances(Frame frame, int n) {
            Tensor bias = frame.tensor(1, HEADS, n, n);
            int at = bias.offset();
            for (int head = 0; head < HEADS; head++) {
                for (int a = 0; a < n; a++) {
                    for (int b = 0; b < n; b++) {
                        bias.data()[at++] =
                                distance.get(head * (2 * REACH + 1) + Math.clamp(b - a, -REACH, REACH) + REACH);
                    }
                }
            }
            return bias;
        }

        private Tensor convolution(Frame frame, Tensor h) {
            int n = h.dim(0);
            Tensor wide = conv.apply(frame, h.reshape(1, n, WIDTH)).reshape(n, INNER);
            return shrink.apply(frame, Ops.activate(frame, wide, Activation.GELU));
        }
    }

    static LetterNetwork load(WeightScope scope, int letters, int usSymbols, int gbSymbols) {
        return new LetterNetwork(
                Embedding.load(scope.at("embedding"), letters, WIDTH),
                IntStream.range(0, BLOCKS)
                        .mapToObj(i -> Block.load(scope.at("blocks").at(i)))
                        .toList(),
                LayerNorm.load(scope.at("norm"), WIDTH, EPSILON),
                ReadOut.load(scope, Accent.US, usSymbols),
                ReadOut.load(scope, Accent.GB, gbSymbols));
    }

    /** Guesses for a word of {@code letters.length} letters, at least one. */
    Guesses apply(Frame frame, int[] letters) {
        Tensor x = embedding.apply(frame, letters);
        for (Block block : blocks.subList(0, FEEDBACK)) {
            x = block.apply(frame, x);
        }
        Tensor h = norm.apply(frame, x);
        Tensor earlyUs = us.logits(frame, h);
        Tensor earlyGb = gb.logits(frame, h);
        x = Ops.add(frame, x, Ops.add(frame, us.feedBack(frame, earlyUs), gb.feedBack(frame, earlyGb)));
        for (Block block : blocks.subList(FEEDBACK, BLOCKS)) {
            x = block.apply(frame, x);
        }
        h = norm.apply(frame, x);
        return new Guesses(new Guess(earlyUs, us.logits(frame, h)), new Guess(earlyGb, gb.logits(frame, h)));
    }
}
