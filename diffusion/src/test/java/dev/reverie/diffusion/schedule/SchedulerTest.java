package dev.reverie.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.random.TorchRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {
    private static final Shape SHAPE = Shape.of(1, 4, 4, 3);

    private static SchedulerConfig config(SchedulerType type) {
        return SchedulerConfig.of(type)
                .with("beta_start", 0.00085)
                .with("beta_end", 0.012)
                .with("skip_prk_steps", true);
    }

    /** A run under a model that sees through all noise: it knows the clean sample. */
    private static Tensor run(Schedule schedule, Prediction prediction, Tensor clean, boolean flow) {
        TorchRandom random = new TorchRandom(7);
        Tensor noise = random.randn(SHAPE);
        Tensor sample = flow ? noise : Blend.scaled(schedule.initNoiseSigma(), noise);
        History history = History.none();
        for (int i = 0; i < schedule.calls(); i++) {
            Tensor output = prediction == Prediction.SAMPLE ? clean : Blend.of(1, noise, -1, clean);
            Step step = schedule.step(i, sample, output, history, random::randn);
            sample = step.sample();
            history = step.history();
        }
        return sample;
    }

    @ParameterizedTest
    @CsvSource({
        "DDIM, 1",
        "DDIM, 7",
        "DDPM, 7",
        "EULER, 1",
        "EULER, 7",
        "HEUN, 1",
        "HEUN, 7",
        "LMS, 7",
        "DPM_MULTISTEP, 1",
        "DPM_MULTISTEP, 7",
        "DPM_SINGLESTEP, 7",
        "UNIPC, 1",
        "UNIPC, 7"
    })
    void arrivesWhereTheModelPoints(SchedulerType type, int steps) {
        Tensor clean = Blend.scaled(0.3, new TorchRandom(1).randn(SHAPE));
        SchedulerConfig config = config(type).with("prediction_type", "sample").with("clip_sample", false);
        Tensor end = run(Scheduler.of(config).schedule(steps), Prediction.SAMPLE, clean, false);
        assertArrayEquals(clean.toArray(), end.toArray(), 2e-3f);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOW_EULER", "FLOW_HEUN"})
    void aFlowArrivesToo(SchedulerType type) {
        Tensor clean = Blend.scaled(0.3, new TorchRandom(1).randn(SHAPE));
        for (int steps : new int[] {1, 2, 9}) {
            Schedule schedule =
                    Scheduler.of(SchedulerConfig.of(type).with("shift", 3.0)).schedule(steps);
            Tensor end = run(schedule, Prediction.FLOW_PREDICTION, clean, true);
            assertArrayEquals(clean.toArray(), end.toArray(), 2e-3f);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodTakesOneStepAndStaysFinite(SchedulerType type) {
        for (int steps : new int[] {1, 2, 3}) {
            Schedule schedule = Scheduler.of(config(type)).schedule(steps);
            Tensor end = run(schedule, Prediction.EPSILON, Tensor.zeros(SHAPE), false);
            for (float value : end.toArray()) {
                assertTrue(Float.isFinite(value), type + " in " + steps);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepsArePure(SchedulerType type) {
        Schedule schedule = Scheduler.of(config(type)).schedule(4);
        Tensor sample = new TorchRandom(3).randn(SHAPE);
        float[] before = sample.toArray();
        Step once = schedule.step(0, sample, sample, History.none(), new TorchRandom(4)::randn);
        Step again = schedule.step(0, sample, sample, History.none(), new TorchRandom(4)::randn);
        assertArrayEquals(once.sample().toArray(), again.sample().toArray());
        assertArrayEquals(before, sample.toArray());
        assertEquals(1, once.history().calls());
    }

    @ParameterizedTest
    @EnumSource
    void refusesCountsOfSteps(SchedulerType type) {
        Scheduler scheduler = Scheduler.of(config(type));
        assertThrows(IllegalArgumentException.class, () -> scheduler.schedule(0));
        assertThrows(IllegalArgumentException.class, () -> scheduler.schedule(-3));
        assertThrows(IllegalArgumentException.class, () -> scheduler.schedule(1001));
        assertThrows(IllegalArgumentException.class, () -> scheduler.schedule(Integer.MAX_VALUE));
    }

    /** Where nothing of the signal is left, a noise that is predicted leads to infinity; the range brings it back. */
    @Test
    void aClippedStepFromPureNoiseIsFinite() {
        SchedulerConfig config = config(SchedulerType.DDIM)
                .with("rescale_betas_zero_snr", true)
                .with("timestep_spacing", "trailing")
                .with("clip_sample", true);
        Tensor sample = new TorchRandom(7).randn(SHAPE);
        Schedule schedule = Scheduler.of(config).schedule(5);
        Step step = schedule.step(0, sample, Blend.scaled(0.5, sample), History.none(), new TorchRandom(8)::randn);
        for (float value : step.sample().toArray()) {
            assertTrue(Float.isFinite(value));
        }
    }

    /** diffusers, scheduling_unipc_multistep.py, convert_model_output: only clean samples are held to a range. */
    @Test
    void uniPcOnNoiseIsNotThresholded() {
        SchedulerConfig config = config(SchedulerType.UNIPC)
                .with("final_sigmas_type", "sigma_min")
                .with("predict_x0", false)
                .with("thresholding", false);
        Tensor clean = new TorchRandom(3).randn(SHAPE);
        Tensor plain = run(Scheduler.of(config).schedule(4), Prediction.EPSILON, clean, false);
        Tensor same =
                run(Scheduler.of(config.with("thresholding", true)).schedule(4), Prediction.EPSILON, clean, false);
        assertArrayEquals(plain.toArray(), same.toArray());
    }

    @Test
    void refusesStepsThatVisitALevelTwice() {
        Scheduler scheduler = Scheduler.of(config(SchedulerType.DPM_MULTISTEP));
        assertThrows(IllegalArgumentException.class, () -> scheduler.schedule(1000));
        assertEquals(500, scheduler.schedule(500).calls());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.1, 1.1, Double.POSITIVE_INFINITY})
    void refusesEta(double eta) {
        ScheduleRequest request = ScheduleRequest.of(4);
        assertThrows(IllegalArgumentException.class, () -> request.withEta(eta));
    }

    @Test
    void refusesChurnAndMuThatAreNoNumbers() {
        ScheduleRequest request = ScheduleRequest.of(4);
        assertThrows(IllegalArgumentException.class, () -> request.withMu(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> request.withOriginalSteps(0));
        assertThrows(IllegalArgumentException.class, () -> new Churn(Double.NaN, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Churn(1, 2, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Churn(1, 0, Double.NaN, 1));
    }

    @Test
    void refusesListsThatDoNotDescend() {
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas(3, 3));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas(3, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas(3, -1));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas());
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofSigmas(0));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofTimesteps(1, 999));
        assertThrows(IllegalArgumentException.class, () -> ScheduleRequest.ofTimesteps());
    }

    @Test
    void refusesListsThatAMethodCannotFollow() {
        ScheduleRequest sigmas = ScheduleRequest.ofSigmas(10, 5, 1);
        ScheduleRequest timesteps = ScheduleRequest.ofTimesteps(900, 500, 100);
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.DDIM), sigmas));
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.LCM), sigmas));
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.PNDM), timesteps));
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.FLOW_EULER), sigmas));
        SchedulerConfig karras = config(SchedulerType.EULER).with("use_karras_sigmas", true);
        assertThrows(IllegalArgumentException.class, () -> schedule(karras, timesteps));
        ScheduleRequest beyond = ScheduleRequest.ofTimesteps(1000, 1);
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.DDPM), beyond));
        ScheduleRequest between = ScheduleRequest.ofTimesteps(10.5, 1);
        assertThrows(IllegalArgumentException.class, () -> schedule(config(SchedulerType.DDPM), between));
    }

    private static Schedule schedule(SchedulerConfig config, ScheduleRequest request) {
        return Scheduler.of(config).schedule(request);
    }

    @ParameterizedTest
    @EnumSource(names = {"EULER", "EULER_ANCESTRAL", "LMS", "DPM_MULTISTEP", "DPM_SINGLESTEP", "UNIPC"})
    void followsAListOfSigmas(SchedulerType type) {
        float[] want = {10, 5, 1, 0};
        assertArrayEquals(
                want, schedule(config(type), ScheduleRequest.ofSigmas(10, 5, 1)).sigmas());
        assertArrayEquals(
                want,
                schedule(config(type), ScheduleRequest.ofSigmas(10, 5, 1, 0)).sigmas());
    }

    @Test
    void alignsSteps() {
        double[] ten = AlignYourSteps.STABLE_DIFFUSION_XL.sigmas(10);
        assertEquals(6.315, ten[1]);
        double[] nineteen = AlignYourSteps.STABLE_DIFFUSION_XL.sigmas(19);
        assertEquals(Math.sqrt(14.615 * 6.315), nineteen[1], 1e-9);
        assertEquals(6.315, nineteen[2], 1e-9);
        assertEquals(0.113, nineteen[18], 1e-9);
        assertArrayEquals(new double[] {14.615}, AlignYourSteps.STABLE_DIFFUSION.sigmas(1), 1e-9);
        Schedule schedule = schedule(config(SchedulerType.EULER), ScheduleRequest.ofSigmas(nineteen));
        assertEquals(19, schedule.calls());
        assertThrows(IllegalArgumentException.class, () -> AlignYourSteps.STABLE_DIFFUSION.sigmas(0));
    }

    @Test
    void aConsistencyModelHasItsStepsOfDistillation() {
        Scheduler lcm = Scheduler.of(config(SchedulerType.LCM));
        assertThrows(IllegalArgumentException.class, () -> lcm.schedule(51));
        assertArrayEquals(new float[] {999, 499}, lcm.schedule(2).timesteps());
        Schedule finer = lcm.schedule(ScheduleRequest.of(4).withOriginalSteps(100));
        assertArrayEquals(new float[] {999, 749, 499, 249}, finer.timesteps());
        ScheduleRequest tooFine = ScheduleRequest.of(4).withOriginalSteps(2000);
        assertThrows(IllegalArgumentException.class, () -> lcm.schedule(tooFine));
    }

    @Test
    void aShiftThatFollowsThePictureIsAskedFor() {
        SchedulerConfig flux = SchedulerConfig.of(SchedulerType.FLOW_EULER).with("use_dynamic_shifting", true);
        assertThrows(IllegalArgumentException.class, () -> Scheduler.of(flux).schedule(4));
        ScheduleRequest far = ScheduleRequest.of(4).withMu(1e6);
        assertThrows(IllegalArgumentException.class, () -> schedule(flux, far));
    }

    @Test
    void aSingleStepOfAStretchedFlowStartsFromNoise() {
        SchedulerConfig ltx = SchedulerConfig.of(SchedulerType.FLOW_EULER).with("shift_terminal", 0.1);
        assertArrayEquals(new float[] {1, 0}, Scheduler.of(ltx).schedule(1).sigmas());
        float[] sigmas = Scheduler.of(ltx).schedule(5).sigmas();
        assertEquals(0.1f, sigmas[4], 1e-6f);
    }

    @Test
    void learnedVarianceIsTheSecondHalfOfTheChannels() {
        SchedulerConfig config = config(SchedulerType.DDPM).with("clip_sample", false);
        Scheduler fixed = Scheduler.of(config.with("variance_type", "fixed_large"));
        Scheduler learned = Scheduler.of(config.with("variance_type", "learned_range"));
        Tensor sample = new TorchRandom(3).randn(SHAPE);
        Tensor mean = new TorchRandom(5).randn(SHAPE);
        Tensor both = Tensor.zeros(Shape.of(1, 4, 4, 6));
        for (int i = 0; i < mean.elementCount(); i++) {
            both.data()[i / 3 * 6 + i % 3] = mean.get(i);
            both.data()[i / 3 * 6 + 3 + i % 3] = 1; // the upper bound of the range
        }
        Step want = fixed.schedule(4).step(0, sample, mean, History.none(), new TorchRandom(4)::randn);
        Step got = learned.schedule(4).step(0, sample, both, History.none(), new TorchRandom(4)::randn);
        assertArrayEquals(want.sample().toArray(), got.sample().toArray(), 1e-5f);
        assertThrows(
                ShapeException.class,
                () -> learned.schedule(4).step(0, sample, mean, History.none(), new TorchRandom(4)::randn));
    }

    @Test
    void callsOutsideTheScheduleAreRefused() {
        Schedule schedule = Scheduler.of(config(SchedulerType.HEUN)).schedule(3);
        Tensor sample = Tensor.zeros(SHAPE);
        assertEquals(5, schedule.calls());
        assertEquals(4, schedule.firstCall(2));
        assertThrows(IndexOutOfBoundsException.class, () -> schedule.scaleModelInput(sample, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> schedule.addNoise(sample, sample, -1));
        Tensor other = Tensor.zeros(Shape.of(3));
        assertThrows(ShapeException.class, () -> schedule.addNoise(sample, other, 0));
        assertThrows(
                ShapeException.class, () -> schedule.step(0, sample, other, History.none(), new TorchRandom(1)::randn));
        // between the two calls of a step
        assertThrows(
                IllegalArgumentException.class,
                () -> schedule.step(1, sample, sample, History.none(), new TorchRandom(1)::randn));
    }

    @Test
    void listsOfASchedulesAreCopies() {
        Schedule schedule = Scheduler.of(config(SchedulerType.EULER)).schedule(3);
        Arrays.fill(schedule.sigmas(), 0);
        assertNotEquals(0, schedule.sigmas()[0]);
    }
}
