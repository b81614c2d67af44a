package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.nn.ConvTranspose;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The vocoder: a source at the given pitch, filtered at growing resolution, becomes a spectrum and then samples (iSTFTNet,
 * Kaneko et al., arXiv 2203.02395).
 */
record Generator(SineSource source, List<Stage> stages, Conv post, KokoroConfig.GeneratorConfig config) {

    /** Lengthens the signal, adds the source at that resolution, and averages parallel residual blocks. */
    record Stage(ConvTranspose up, Conv sourceConv, SnakeBlock sourceBlock, List<SnakeBlock> blocks) {
        Stage {
            blocks = List.copyOf(blocks);
        }

        /** {@code x [1, T, C], spectrum [1, frames, 2 bins] -> [1, rate T (+ 1), C / 2]}. */
        Tensor apply(Frame caller, Tensor x, Tensor spectrum, Tensor style, boolean last) {
            try (Frame frame = caller.frame()) {
                Tensor h = excite(frame, x, spectrum, style, last);
                return frame.keep(average(frame, h, style));
            }
        }

        private Tensor excite(Frame caller, Tensor x, Tensor spectrum, Tensor style, boolean last) {
            try (Frame frame = caller.frame()) {
                Tensor excitation = sourceBlock.apply(frame, sourceConv.apply(frame, spectrum), style);
                Tensor h = up.apply(frame, Ops.leakyRelu(frame, x, 0.1f));
                return frame.keep(Ops.add(frame, last ? reflectFirst(frame, h) : h, excitation));
            }
        }

        private Tensor average(Frame frame, Tensor x, Tensor style) {
            Tensor sum = blocks.getFirst().apply(frame, x, style);
            for (SnakeBlock block : blocks.subList(1, blocks.size())) {
                try (Frame inner = frame.frame()) {
                    Ops.addInto(sum, block.apply(inner, x, style));
                }
            }
            return Ops.scale(frame, sum, 1f / blocks.size());
        }

        /** One row before the first, a copy of the second: {@code [1, T, C] -> [1, T + 1, C]}. */
        private static Tensor reflectFirst(Frame frame, Tensor x) {
            return Ops.rowsJoined(frame, x.reshape(x.dim(1), x.dim(2)).rows(1, 2), x.reshape(x.dim(1), x.dim(2)))
                    .reshape(1, x.dim(1) + 1, x.dim(2));
        }
    }

    /** Name of the last stage, for plans and progress. */
    static final String SAMPLES = "samples";

    static String stageName(int stage) {
        return "vocoder, stage " + (stage + 1);
    }

    Generator {
        stages = List.copyOf(stages);
    }

    static Generator load(WeightScope scope, KokoroConfig.GeneratorConfig config, int styleDim) {
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < config.upsampleRates().size(); i++) {
            stages.add(loadStage(scope, config, i, styleDim));
        }
        int bins = config.fftSize() + 2;
        return new Generator(
                SineSource.load(scope.at("m_source"), config.samplesPerPitch()),
                stages,
                Conv.loadWeightNormed(
                        scope.at("conv_post"),
                        config.channels(stages.size() - 1),
                        bins,
                        ConvGeometry.of(Window.same(7, 1))),
                config);
    }

    private static Stage loadStage(WeightScope scope, KokoroConfig.GeneratorConfig config, int stage, int styleDim) {
        int channels = config.channels(stage);
        int rate = config.upsampleRates().get(stage);
        int kernel = config.upsampleKernels().get(stage);
        boolean last = stage == config.upsampleRates().size() - 1;
        int remaining = config.upsampleRates().stream().skip(stage + 1).reduce(1, Math::multiplyExact);
        Window sourceWindow = last
                ? Window.of(1)
                : Window.of(2 * remaining).withStride(remaining).withPadding((remaining + 1) / 2);
        Window upWindow = Window.of(kernel).withStride(rate).withPadding((kernel - rate) / 2);
        List<SnakeBlock> blocks = new ArrayList<>();
        int blockCount = config.resblockKernels().size();
        for (int j = 0; j < blockCount; j++) {
            blocks.add(SnakeBlock.load(
                    scope.at("resblocks").at(stage * blockCount + j),
                    channels,
                    config.resblockKernels().get(j),
                    config.resblockDilations().get(j),
                    styleDim));
        }
        return new Stage(
                ConvTranspose.loadWeightNormed(
                        scope.at("ups").at(stage), 2 * channels, channels, ConvGeometry.of(upWindow), 0),
                Conv.load(
                        scope.at("noise_convs").at(stage),
                        config.fftSize() + 2,
                        channels,
                        ConvGeometry.of(sourceWindow)),
                // kernels and dilations of the source's blocks are fixed in the reference
                SnakeBlock.load(scope.at("noise_res").at(stage), channels, last ? 11 : 7, List.of(1, 3, 5), styleDim),
                blocks);
    }

    /**
     * Makes the sound.
     *
     * @param x {@code [1, P, C]}, what to say
     * @param style {@code [1, S]}
     * @param pitch {@code [1, P, 1]} in Hz
     * @param noise {@code [1, P samplesPerPitch, harmonics]}, standard normal
     * @return samples {@code [1, P samplesPerPitch]}
     */
    Tensor apply(Frame caller, Tensor x, Tensor style, Tensor pitch, Tensor noise) {
        try (Frame frame = caller.frame()) {
            Tensor signal = source.apply(frame, pitch, noise);
            return frame.keep(vocode(frame, x, style, signal));
        }
    }

    /** The same from a source signal {@code [1, P samplesPerPitch, 1]}. */
    Tensor vocode(Frame caller, Tensor x, Tensor style, Tensor signal) {
        try (Frame frame = caller.frame()) {
            Spectra.Polar polar = spectra().polar(frame, signal.reshape(1, signal.elementCount()));
            Tensor spectrum = Ops.concat(frame, polar.magnitude(), polar.phase());
            return frame.keep(synthesise(frame, x, style, spectrum));
        }
    }

    /** The same from the source's spectrum {@code [1, frames, 2 bins]}: magnitudes, then phases. */
    Tensor synthesise(Frame caller, Tensor x, Tensor style, Tensor spectrum) {
        try (Frame frame = caller.frame()) {
            Tensor h = x;
            for (int i = 0; i < stages.size(); i++) {
                caller.workspace().stage(stageName(i));
                h = stages.get(i).apply(frame, h, spectrum, style, i == stages.size() - 1);
            }
            caller.workspace().stage(SAMPLES);
            Tensor polar = post.apply(frame, Ops.leakyRelu(frame, h, 0.01f)); // here torch's default slope
            int bins = polar.dim(-1) / 2;
            Tensor magnitude = Ops.activate(frame, Ops.columns(frame, polar, 0, bins), Activation.EXP);
            Tensor phase = Ops.activate(frame, Ops.columns(frame, polar, bins, 2 * bins), Activation.SIN);
            return frame.keep(spectra().inverse(frame, magnitude, phase));
        }
    }

    private Spectra spectra() {
        return new Spectra(config.fftSize(), config.hopSize());
    }
}
