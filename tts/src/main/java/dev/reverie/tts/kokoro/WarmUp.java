package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.nn.Lstm;
import dev.reverie.nn.attention.Attention;
import dev.reverie.nn.encoder.Albert;
import dev.reverie.nn.encoder.AlbertConfig;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the network's kinds of blocks, small and with weights of zero, in a thread of its own while the real weights are
 * read, so that their kernels are compiled when they are needed: vectors are slow until then. Runs until it is ended.
 */
final class WarmUp {
    /** Of full panels; few, because kernels are compiled by the number of calls, and each is slow until then. */
    private static final int CHANNELS = 64;

    private static final int STYLE = 16;

    /** Steps: tiles of 6, 4 and fewer rows. */
    private static final int LENGTH = 70;

    /** Phonemes of a short sentence. */
    private static final int PHONEMES = 13;

    private static final int WIDTH = 64;

    @FunctionalInterface
    private interface Block {
        void run(Frame frame);
    }

    private volatile boolean ended;

    private WarmUp() {}

    static WarmUp begin() {
        WarmUp warmUp = new WarmUp();
        Thread.ofPlatform().daemon().name("reverie-warm-up").start(warmUp::run);
        return warmUp;
    }

    private void run() {
        for (int rows : new int[] {6, 4, 2, 1}) {
            repeat(product(rows), 40);
        }
        List<Block> blocks = List.of(albert(), vocoder(3), lstm(), vocoder(7), vocoder(11));
        while (!ended) {
            blocks.forEach(block -> repeat(block, 5));
        }
    }

    /** Then leaves the processor to the compiler: going on at once would only make slow code hot. */
    private void repeat(Block block, int times) {
        for (int i = 0; i < times && !ended; i++) {
            run(block);
        }
        LockSupport.parkNanos(10_000_000);
    }

    /** Each number of rows has its kernel; with few steps of k, calls are compiled before their loops are. */
    private static Block product(int rows) {
        Linear linear = linear(4, CHANNELS);
        Tensor x = zeros(rows, 4);
        return frame -> linear.apply(frame, x);
    }

    private static void run(Block block) {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            block.run(frame);
        }
    }

    private static Block vocoder(int kernel) {
        StyleNorm norm = new StyleNorm(linear(STYLE, 2 * CHANNELS), null, null);
        After snake = new After.Snake(zeros(CHANNELS));
        Filter filter = Filter.of(zeros(CHANNELS, CHANNELS, kernel), ConvGeometry.of(Window.same(kernel, 1)));
        Conv conv = new Conv(filter, zeros(CHANNELS));
        SnakeBlock block = new SnakeBlock(List.of(new SnakeBlock.Layer(norm, snake, conv, norm, snake, conv)));
        Tensor x = zeros(1, LENGTH, CHANNELS);
        Tensor style = zeros(1, STYLE);
        return frame -> block.apply(frame, x, style);
    }

    private static Block albert() {
        LayerNorm norm = new LayerNorm(zeros(WIDTH), zeros(WIDTH), 1e-5f);
        Linear square = linear(WIDTH, WIDTH);
        Albert.Layer layer = new Albert.Layer(
                new Attention(square, square, square, square, WIDTH / 64),
                norm,
                linear(WIDTH, 2 * WIDTH),
                linear(2 * WIDTH, WIDTH),
                norm);
        Embedding embedding = new Embedding(zeros(PHONEMES, WIDTH));
        AlbertConfig config = new AlbertConfig(PHONEMES, WIDTH, WIDTH, 4, WIDTH / 64, 2 * WIDTH, PHONEMES, 1, 1e-5);
        Albert albert = new Albert(embedding, embedding, embedding, norm, square, layer, config);
        int[][] ids = {new int[PHONEMES]};
        return frame -> albert.apply(frame, ids, null);
    }

    private static Block lstm() {
        LstmWeights direction = new LstmWeights(
                Weight.of(zeros(4 * WIDTH, WIDTH)), Weight.of(zeros(4 * WIDTH, WIDTH)), zeros(4 * WIDTH));
        Lstm lstm = new Lstm(List.of(new Lstm.Layer(direction, direction)));
        Tensor x = zeros(1, PHONEMES, WIDTH);
        return frame -> lstm.apply(frame, x);
    }

    private static Linear linear(int in, int out) {
        return new Linear(Weight.of(zeros(out, in)), zeros(out));
    }

    private static Tensor zeros(int... sizes) {
        return Tensor.zeros(Shape.of(sizes));
    }

    void end() {
        ended = true;
    }
}
