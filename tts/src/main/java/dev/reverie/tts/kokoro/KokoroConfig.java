package dev.reverie.tts.kokoro;

import dev.reverie.nn.encoder.AlbertConfig;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes and symbols of a Kokoro model, as its {@code config.json} has them.
 *
 * @param hiddenDim width of phoneme states
 * @param styleDim width of each of the two halves of a style vector
 * @param layers depth of the text and duration encoders
 * @param maxDuration most frames of one phoneme at speed 1
 * @param textEncoderKernel taps of the text encoder's convolutions
 * @param bert the prosodic BERT
 * @param generator the vocoder
 * @param vocabulary id of each phoneme character
 */
public record KokoroConfig(
        int hiddenDim,
        int styleDim,
        int layers,
        int maxDuration,
        int textEncoderKernel,
        AlbertConfig bert,
        GeneratorConfig generator,
        Map<Integer, Integer> vocabulary) {

    public KokoroConfig {
        if (hiddenDim < 2 || hiddenDim % 2 != 0 || styleDim < 1 || layers < 1 || layers > 1000 || maxDuration < 1) {
            throw new IllegalArgumentException(
                    "hidden_dim %d must be even, style_dim %d, n_layer %d (at most 1,000) and max_dur %d positive"
                            .formatted(hiddenDim, styleDim, layers, maxDuration));
        }
        if (textEncoderKernel < 1 || textEncoderKernel % 2 == 0) {
            throw new IllegalArgumentException("text_encoder_kernel_size %d must be odd".formatted(textEncoderKernel));
        }
        vocabulary = Map.copyOf(vocabulary);
    }

    /**
     * Sizes of the vocoder.
     *
     * @param upsampleRates how much longer each stage makes the signal
     * @param upsampleKernels taps of each stage's transposed convolution
     * @param initialChannels channels that enter it, halved by each stage
     * @param resblockKernels taps of each stage's parallel residual blocks
     * @param resblockDilations their dilations, one list a block
     * @param fftSize length of the inverse transform at the end
     * @param hopSize its step, in samples
     */
    public record GeneratorConfig(
            List<Integer> upsampleRates,
            List<Integer> upsampleKernels,
            int initialChannels,
            List<Integer> resblockKernels,
            List<List<Integer>> resblockDilations,
            int fftSize,
            int hopSize) {
        public GeneratorConfig {
            upsampleRates = List.copyOf(upsampleRates);
            upsampleKernels = List.copyOf(upsampleKernels);
            resblockKernels = List.copyOf(resblockKernels);
            resblockDilations = List.copyOf(resblockDilations);
            if (upsampleRates.size() != upsampleKernels.size() || resblockKernels.size() != resblockDilations.size()) {
                throw new IllegalArgumentException(
                        "upsample_rates %s and upsample_kernel_sizes %s, resblock_kernel_sizes %s and resblock_dilation_sizes %s must have equal lengths"
                                .formatted(upsampleRates, upsampleKernels, resblockKernels, resblockDilations));
            }
            if (initialChannels < 1 || initialChannels % (1 << upsampleRates.size()) != 0) {
                throw new IllegalArgumentException("upsample_initial_channel %d cannot be halved %d times"
                        .formatted(initialChannels, upsampleRates.size()));
            }
            if (fftSize < 2 || fftSize % 2 != 0 || hopSize < 1 || hopSize > fftSize) {
                throw new IllegalArgumentException(
                        "gen_istft_n_fft %d must be even, gen_istft_hop_size %d between 1 and it"
                                .formatted(fftSize, hopSize));
            }
        }

        /** Samples that one value of the pitch curve covers. */
        public int samplesPerPitch() {
            return upsampleRates.stream().reduce(hopSize, Math::multiplyExact);
        }

        /** Channels after stage {@code stage}. */
        int channels(int stage) {
            return initialChannels >> (stage + 1);
        }

        static GeneratorConfig read(Json json) throws CheckpointException {
            return new GeneratorConfig(
                    positive(json.get("upsample_rates")),
                    positive(json.get("upsample_kernel_sizes")),
                    json.getInt("upsample_initial_channel"),
                    positive(json.get("resblock_kernel_sizes")),
                    dilations(json.getList("resblock_dilation_sizes")),
                    json.getInt("gen_istft_n_fft"),
                    json.getInt("gen_istft_hop_size"));
        }

        private static List<List<Integer>> dilations(List<Json> blocks) throws CheckpointException {
            List<List<Integer>> dilations = new ArrayList<>();
            for (Json block : blocks) {
                dilations.add(positive(block));
            }
            return dilations;
        }

        private static List<Integer> positive(Json list) throws CheckpointException {
            int[] values = list.asInts();
            if (values.length == 0 || Arrays.stream(values).anyMatch(v -> v < 1 || v > 4096)) {
                throw list.fault("must be a list of numbers from 1 to 4,096");
            }
            return Arrays.stream(values).boxed().toList();
        }
    }

    /** Reads {@code config.json}. */
    public static KokoroConfig read(Json json) throws CheckpointException {
        return json.as(KokoroConfig::of);
    }

    private static KokoroConfig of(Json json) throws CheckpointException {
        return new KokoroConfig(
                json.getInt("hidden_dim"),
                json.getInt("style_dim"),
                json.getInt("n_layer"),
                json.getInt("max_dur"),
                json.getInt("text_encoder_kernel_size"),
                AlbertConfig.read(json.get("plbert"), json.getInt("n_token")),
                GeneratorConfig.read(json.get("istftnet")),
                vocabulary(json.get("vocab"), json.getInt("n_token")));
    }

    private static Map<Integer, Integer> vocabulary(Json vocab, int count) throws CheckpointException {
        Map<Integer, Integer> ids = new LinkedHashMap<>();
        for (String key : vocab.keys()) {
            int id = vocab.getInt(key);
            if (key.codePointCount(0, key.length()) != 1 || id < 0 || id >= count) {
                throw vocab.get(key).fault("must be one character's id below n_token " + count);
            }
            ids.put(key.codePointAt(0), id);
        }
        return ids;
    }

    /** Ids of the phonemes that the vocabulary has, between two 0; unknown characters are dropped. */
    public int[] ids(String phonemes) {
        int[] known = phonemes.codePoints().filter(vocabulary::containsKey).toArray();
        int[] ids = new int[known.length + 2];
        for (int i = 0; i < known.length; i++) {
            ids[i + 1] = vocabulary.getOrDefault(known[i], 0);
        }
        return ids;
    }

    /** Most phonemes that fit a pass of the network. */
    public int maxPhonemes() {
        return bert.positions() - 2;
    }
}
