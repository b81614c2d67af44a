package dev.reverie.examples;

import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.diffusion.schedule.Scheduler;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.diffusion.vae.TinyConfig;
import dev.reverie.models.emoji.Emoji;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.tensor.random.TorchRandom;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How do I write a sampler of my own, and what is a diffusion model made of? {@code examples/run WriteYourOwnSampler ["A
 * TEXT" [FILE]]}
 *
 * <p>The parts of the embedded model, put together by hand. {@link #sample} is the sampler, {@link Guesser} what it asks;
 * docs/diffusion.md explains both.
 */
public final class WriteYourOwnSampler {
    private static final int STEPS = 14;
    private static final float GUIDANCE_SCALE = 4;

    private WriteYourOwnSampler() {}

    /** What the model believes that a noisy sample x0 + sigma noise was before the noise. */
    private interface Guesser {
        float[] guess(float[] sample, int call);
    }

    /**
     * From noise to a sample without any, along falling noise levels: DPM-Solver++(2M) of Lu et al., arXiv 2211.01095.
     *
     * <p>A step keeps {@code sigmaNext / sigma} of what the sample is and takes the rest from the guess: that alone would
     * be Euler's method. Guesses drift from step to step, so the drift seen last is gone on with for half a step.
     */
    private static float[] sample(Guesser model, float[] sigmas, float[] noise) {
        float[] x = new float[noise.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = sigmas[0] * noise[i];
        }
        float[] before = x;
        for (int call = 0; call + 1 < sigmas.length; call++) {
            float[] guess = model.guess(x, call);
            float kept = sigmas[call + 1] / sigmas[call];
            float drift = drift(sigmas, call);
            for (int i = 0; i < x.length; i++) {
                float ahead = guess[i] + drift * (guess[i] - before[i]);
                x[i] = kept * x[i] + (1 - kept) * ahead;
            }
            before = guess;
        }
        return x;
    }

    /** Half of this step's length in log(sigma) over that of the step before; none in the first step and the last. */
    private static float drift(float[] sigmas, int call) {
        if (call == 0 || sigmas[call + 1] == 0) {
            return 0;
        }
        double step = StrictMath.log(sigmas[call] / sigmas[call + 1]);
        double stepBefore = StrictMath.log(sigmas[call - 1] / sigmas[call]);
        return (float) (0.5 * step / stepBefore);
    }

    public static void main(String... args) throws IOException {
        String prompt = args.length > 0 ? args[0] : "a rocket";
        Path file = Path.of(args.length > 1 ? args[1] : "sampled.png");

        Path folder = Emoji.folder();
        Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer"));
        ClipText encoder =
                load(folder.resolve("text_encoder"), (s, json) -> ClipText.load(s, ClipTextConfig.read(json)));
        Unet unet = load(folder.resolve("unet"), (s, json) -> Unet.load(s, UnetConfig.read(json)));
        AutoencoderTiny autoencoder =
                load(folder.resolve("vae"), (s, json) -> AutoencoderTiny.load(s, TinyConfig.read(json)));
        SchedulerConfig config = SchedulerConfig.read(Json.read(folder.resolve("scheduler/scheduler_config.json")));
        // Any method in sigmas will do: only its noise levels are used, and the timesteps that belong to them.
        Schedule schedule = Scheduler.of(config.withSampler("euler-karras")).schedule(STEPS);

        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            int[][] ids = {ids(tokenizer, encoder, ""), ids(tokenizer, encoder, prompt)};
            Tensor text = encoder.last(frame, encoder.hidden(frame, ids, 0), 0); // [2, tokens, width]
            Conditions conditions = Conditions.of(unet.context(frame, text));
            Tensor noise = new TorchRandom(7).randn(1, 8, 8, autoencoder.latentChannels());
            float[] latents = sample(
                    (x, call) -> guess(frame, unet, conditions, schedule, x, call), schedule.sigmas(), noise.toArray());
            Tensor pixels = autoencoder.decode(frame, Tensor.of(noise.shape(), latents), null, () -> {});
            PixelTensor.image(pixels).writePng(file);
            System.out.println(file + ": " + (schedule.sigmas().length - 1) + " steps");
        }
    }

    /** Asks the network for the empty text and for the prompt at once, and goes beyond the prompt's answer. */
    private static float[] guess(
            Frame caller, Unet unet, Conditions conditions, Schedule schedule, float[] x, int call) {
        float sigma = schedule.sigmas()[call];
        float timestep = schedule.timesteps()[call];
        float norm = (float) Math.sqrt(sigma * sigma + 1); // the network was trained with a variance of 1
        try (Frame frame = caller.frame()) {
            Tensor both = frame.tensor(2, 8, 8, x.length / 64);
            for (int i = 0; i < both.elementCount(); i++) {
                both.data()[both.offset() + i] = x[i % x.length] / norm;
            }
            Tensor velocity = unet.apply(frame, both, Tensor.of(timestep, timestep), conditions, null, () -> {});
            float[] guess = new float[x.length];
            for (int i = 0; i < guess.length; i++) {
                float empty = velocity.get(i);
                float guided = empty + GUIDANCE_SCALE * (velocity.get(x.length + i) - empty);
                guess[i] = x[i] / (norm * norm) - guided * sigma / norm; // v prediction, Salimans and Ho 2022
            }
            return guess;
        }
    }

    private static int[] ids(Tokenizer tokenizer, ClipText encoder, String text) {
        int length = encoder.config().positions();
        return tokenizer
                .complete(text, length)
                .paddedTo(length, tokenizer.special().eos())
                .ids();
    }

    private interface Loading<T> {
        T load(WeightScope scope, Json config) throws IOException;
    }

    private static <T> T load(Path folder, Loading<T> loading) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return loading.load(checkpoint.root(), Json.read(folder.resolve("config.json")));
        }
    }
}
