package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;

/**
 * The model calls of one run, and what each leads to. Immutable; every step is pure, so a run may go back, branch or
 * begin in the middle. A run is this loop:
 *
 * <pre>{@code
 * Tensor latents = noise times schedule.initNoiseSigma();
 * History history = History.none();
 * for (int i = 0; i < schedule.calls(); i++) {
 *     Tensor output = model(schedule.scaleModelInput(latents, i), schedule.timesteps()[i]);
 *     Step step = schedule.step(i, latents, output, history, random::randn);
 *     latents = step.sample();
 *     history = step.history();
 * }
 * }</pre>
 */
public final class Schedule {
    private final double[] timesteps;
    private final double[] sigmas;
    private final double initNoiseSigma;
    private final int callsPerStep;
    private final Solver solver;

    private Schedule(double[] timesteps, double[] sigmas, double initNoiseSigma, int callsPerStep, Solver solver) {
        this.timesteps = timesteps;
        this.sigmas = sigmas;
        this.initNoiseSigma = initNoiseSigma;
        this.callsPerStep = callsPerStep;
        this.solver = solver;
    }

    /** Of a method with one model call a step that starts from noise of variance 1. */
    static Schedule of(double[] timesteps, double[] sigmas, Solver solver) {
        return new Schedule(timesteps, sigmas, 1, 1, solver);
    }

    Schedule withInitNoiseSigma(double value) {
        return new Schedule(timesteps, sigmas, value, callsPerStep, solver);
    }

    /** Of a method with two model calls a step, the last step having one. */
    Schedule withTwoCallsPerStep() {
        return new Schedule(timesteps, sigmas, initNoiseSigma, 2, solver);
    }

    /** What the model is told at each call, in timesteps of training. */
    public float[] timesteps() {
        return floats(timesteps);
    }

    /** Noise levels as the method keeps them; empty for methods that count in whole timesteps only. */
    public float[] sigmas() {
        return floats(sigmas);
    }

    /** How many times the model is called: more than steps for some methods. */
    public int calls() {
        return timesteps.length;
    }

    /** Index of the call that step {@code step} begins with: where to begin a run from a noised picture. */
    public int firstCall(int step) {
        return Math.min(step * callsPerStep, calls());
    }

    /** The first call from {@code call} on that begins a step: where a run may end, and another go on. */
    public int stepFrom(int call) {
        return firstCall(Math.ceilDiv(call, callsPerStep));
    }

    /** Deviation of the noise that a run starts from. */
    public double initNoiseSigma() {
        return initNoiseSigma;
    }

    /** What the model is shown of {@code sample} at call {@code index}; any shape. */
    public Tensor scaleModelInput(Tensor sample, int index) {
        requireIndex(index);
        return solver.scaleModelInput(sample, index);
    }

    /**
     * From what the model said at call {@code index} to the next sample.
     *
     * @param sample {@code [N, ..]}, not scaled
     * @param modelOutput of the same shape; a model that learned its variance says twice the channels
     * @param history of the step before, or {@link History#none()}
     * @param noise asked by stochastic methods only
     */
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        requireIndex(index);
        if (modelOutput.elementCount() != sample.elementCount()
                && modelOutput.elementCount() != 2 * sample.elementCount()) {
            throw new ShapeException(
                    "step: the model said %s for a sample %s".formatted(modelOutput.shape(), sample.shape()));
        }
        return solver.step(index, sample, modelOutput, history, noise);
    }

    /** {@code original} with the noise that a sample has before call {@code index}: to begin from a picture. */
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        requireIndex(index);
        if (!original.shape().equals(noise.shape())) {
            throw new ShapeException("addNoise: noise %s for a sample %s".formatted(noise.shape(), original.shape()));
        }
        return solver.addNoise(original, noise, index);
    }

    private void requireIndex(int index) {
        if (index < 0 || index >= timesteps.length) {
            throw new IndexOutOfBoundsException("call %d of a schedule of %d".formatted(index, timesteps.length));
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
