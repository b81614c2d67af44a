package dev.reverie.diffusion.family;

import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.diffusion.schedule.Step;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where a run begins, and what stays of a given picture while it is redrawn.
 *
 * @param start latents before call {@code first}, {@code [N, h, w, C]}
 * @param first call of the schedule that the run begins with
 * @param kept the picture's latents and the noise that they get, where a mask says what stays; or null
 */
record Canvas(Tensor start, int first, @Nullable Kept kept) {

    /**
     * A picture of which a part stays.
     *
     * @param picture {@code [N, h, w, C]}
     * @param noise {@code [N, h, w, C]}; null if nothing is put back before the last step
     * @param mask 1 where it is redrawn: {@code [1, h, w, 1]}
     */
    record Kept(Tensor picture, @Nullable Tensor noise, Tensor mask) {}

    /** Nothing but noise. */
    static Canvas ofNoise(Schedule schedule, Shape shape, Noise noise) {
        return new Canvas(scaled(noise.next(shape), schedule.initNoiseSigma()), 0, null);
    }

    /** A picture's latents under the noise of call {@code first}. */
    static Canvas ofPicture(Schedule schedule, int first, Tensor picture, Noise noise) {
        return new Canvas(schedule.addNoise(picture, noise.next(picture.shape()), first), first, null);
    }

    /** The first call of a run that redraws a picture with {@code strength}, the part of the steps that are run. */
    static int firstCall(Schedule schedule, int steps, double strength) {
        int run = Math.min((int) (steps * strength), steps);
        if (run < 1) {
            throw new IllegalArgumentException(
                    "strength %s of %d steps is less than one step: take more of either".formatted(strength, steps));
        }
        return schedule.firstCall(steps - run);
    }

    Canvas keeping(Tensor picture, @Nullable Tensor noise, Tensor mask) {
        return new Canvas(start, first, new Kept(picture, noise, mask));
    }

    static Tensor scaled(Tensor x, double factor) {
        float[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) factor;
        }
        return Tensor.of(x.shape(), values);
    }

    /** The latents after a step: what stays is put back, with the noise of the next call, or none after the last one. */
    Tensor after(Schedule schedule, int call, boolean isLast, Step step) {
        if (kept == null) {
            return step.sample();
        }
        if (isLast) {
            return blended(kept.mask, step.sample(), kept.picture);
        }
        Tensor noise = kept.noise;
        return noise == null
                ? step.sample()
                : blended(kept.mask, step.sample(), schedule.addNoise(kept.picture, noise, call + 1));
    }

    /** {@code drawn} where the mask is 1, {@code picture} where it is 0. */
    static Tensor blended(Tensor mask, Tensor drawn, Tensor picture) {
        int channels = drawn.dim(-1);
        float[] values = drawn.toArray();
        for (int i = 0; i < values.length; i++) {
            float share = mask.get(i / channels % mask.elementCount());
            values[i] = (1 - share) * picture.get(i) + share * values[i];
        }
        return Tensor.of(drawn.shape(), values);
    }
}
