package dev.reverie.diffusion.family;

import dev.reverie.diffusion.schedule.History;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.diffusion.schedule.Step;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;

/** The way from noise to a picture's latents: predict, step, again. */
final class Denoising {
    private Denoising() {}

    /** What the model says of a sample. */
    interface Predictor {
        /**
         * Predicts what the scheduler expects.
         *
         * @param sample {@code [N, h, w, C]}, scaled for the model
         * @param call number of the call, as its schedule counts
         * @return the same shape
         */
        Tensor predict(Frame frame, Tensor sample, float timestep, int call);
    }

    /** What happens between two steps. */
    interface AfterStep {
        /** The latents to go on with; {@code step} is what the scheduler made of call {@code call}. */
        Tensor apply(int call, Step step);
    }

    /** Calls {@code first} up to and without {@code end} of a schedule. */
    static Tensor run(
            Frame caller,
            Schedule schedule,
            int first,
            int end,
            Tensor start,
            Predictor model,
            Noise noise,
            AfterStep after) {
        float[] timesteps = schedule.timesteps();
        Tensor latents = start;
        History history = History.none();
        for (int call = first; call < end; call++) {
            try (Frame frame = caller.frame()) {
                Tensor sample = schedule.scaleModelInput(latents, call);
                Tensor prediction = model.predict(frame, sample, timesteps[call], call);
                Step step = schedule.step(call, latents, prediction.detach(), history, noise);
                latents = after.apply(call, step);
                history = step.history();
            }
        }
        return latents;
    }
}
