package dev.reverie.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.Closeness;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cases of diffusers' schedulers: a whole trajectory under a pretend model, step by step. */
public final class SchedulerGoldens {
    private SchedulerGoldens() {}

    public static Map<String, Goldens.Runner> runners() {
        return Map.of("scheduler", SchedulerGoldens::run);
    }

    private static void run(GoldenCase golden) throws IOException {
        Schedule schedule = Scheduler.of(SchedulerConfig.read(golden.config())).schedule(request(golden.json()));
        golden.compare("timesteps", Tensor.of(schedule.timesteps()));
        if (golden.expects("sigmas")) {
            golden.compare("sigmas", Tensor.of(schedule.sigmas()));
        }
        requireInitNoiseSigma(golden, schedule);
        trajectory(golden, schedule);
        if (golden.expects("add_noise")) {
            addNoise(golden, schedule);
        }
    }

    private static ScheduleRequest request(Json json) throws IOException {
        ScheduleRequest request = steps(json);
        Json args = json.get("step_args");
        if (json.find("mu") != null) {
            request = request.withMu(json.getDouble("mu"));
        }
        if (args.has("eta")) {
            request = request.withEta(args.getDouble("eta"));
        }
        return request.withChurn(new Churn(
                args.getDouble("s_churn", 0),
                args.getDouble("s_tmin", 0),
                args.getDouble("s_tmax", Double.POSITIVE_INFINITY),
                args.getDouble("s_noise", 1)));
    }

    /** A number of steps, or in cases that have one a {@code list}: what {@code set_timesteps} was given instead. */
    private static ScheduleRequest steps(Json json) throws IOException {
        Json list = json.find("list");
        if (list != null && list.has("sigmas")) {
            return ScheduleRequest.ofSigmas(doubles(list.getList("sigmas")));
        }
        if (list != null && list.has("timesteps")) {
            return ScheduleRequest.ofTimesteps(doubles(list.getList("timesteps")));
        }
        ScheduleRequest request = ScheduleRequest.of(json.getInt("steps"));
        return list != null && list.has("original_inference_steps")
                ? request.withOriginalSteps(list.getInt("original_inference_steps"))
                : request;
    }

    private static double[] doubles(List<Json> items) throws IOException {
        double[] values = new double[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = items.get(i).asDouble();
        }
        return values;
    }

    private static void requireInitNoiseSigma(GoldenCase golden, Schedule schedule) throws IOException {
        double want = golden.json().getDouble("init_noise_sigma");
        if (Math.abs(schedule.initNoiseSigma() - want) > 1e-6 * want) {
            throw new AssertionError("initNoiseSigma %s, want %s".formatted(schedule.initNoiseSigma(), want));
        }
    }

    private static void trajectory(GoldenCase golden, Schedule schedule) throws IOException {
        List<Tensor> drawn = rows(golden.has("in.step_noise") ? golden.input("step_noise") : null);
        int[] draws = {0};
        Noise noise = shape -> drawn.get(draws[0]++).reshape(shape);
        List<Tensor> inputs = new ArrayList<>();
        List<Tensor> samples = new ArrayList<>();
        Tensor sample = golden.input("noise_scaled");
        History history = History.none();
        for (int i = 0; i < schedule.calls(); i++) {
            Tensor input = schedule.scaleModelInput(sample, i);
            Step step = schedule.step(i, sample, pretend(input, schedule.timesteps()[i]), history, noise);
            sample = step.sample();
            history = step.history();
            inputs.add(input);
            samples.add(sample);
        }
        if (draws[0] != drawn.size()) {
            throw new AssertionError("%d draws of noise, want %d".formatted(draws[0], drawn.size()));
        }
        golden.compare("model_inputs", stacked(inputs));
        requireTrajectory(golden, stacked(samples));
    }

    private static void requireTrajectory(GoldenCase golden, Tensor got) throws IOException {
        Tensor want = golden.expected("trajectory").detach();
        boolean ends = Float.isNaN(want.get(want.elementCount() - 1));
        if (ends && golden.config().getString("solver_type", "").equals("bh1")) {
            fillLastStepOfBh1(golden, want);
        }
        Closeness.require(
                golden.folder().getFileName() + ": trajectory",
                want,
                got,
                golden.json().getDouble("atol"),
                golden.json().getDouble("rtol"));
        golden.compared("trajectory");
    }

    /**
     * The reference's UniPC of variant bh1 ends in NaN: its last step goes to sigma 0, where B(h) is infinite, and it
     * multiplies B(h) by a sum of no differences. What it adds this term to is finite there, the clean sample that the
     * model's last output means, and that is what is wanted of the last step. NaN in any other place stays wanted, and so
     * fails.
     */
    private static void fillLastStepOfBh1(GoldenCase golden, Tensor want) throws IOException {
        assertEquals("epsilon", golden.config().getString("prediction_type"));
        Tensor sigmas = golden.expected("sigmas");
        assertEquals(0f, sigmas.get(sigmas.elementCount() - 1));
        float sigma = sigmas.get(sigmas.elementCount() - 2);
        int steps = want.dim(0);
        Tensor input = golden.expected("model_inputs").rows(steps - 1, steps);
        Tensor noise = pretend(input, golden.expected("timesteps").get(steps - 1));
        int start = want.elementCount() - input.elementCount();
        for (int i = 0; i < input.elementCount(); i++) {
            assertTrue(Float.isNaN(want.get(start + i)), "the reference has a number: nothing is to be filled in");
            double x = input.get(i);
            want.data()[start + i] = (float) (x * Math.sqrt(1 + sigma * sigma) - sigma * noise.get(i));
        }
    }

    private static void addNoise(GoldenCase golden, Schedule schedule) throws IOException {
        int index = golden.json().getInt("steps") / 2;
        float timestep = golden.input("add_noise.timestep").get(0);
        if (Math.abs(schedule.timesteps()[index] - timestep) > 1e-3) {
            throw new AssertionError("the case begins at %s".formatted(timestep));
        }
        golden.compare(
                "add_noise",
                schedule.addNoise(golden.input("add_noise.original"), golden.input("add_noise.noise"), index));
    }

    private static Tensor pretend(Tensor x, float timestep) {
        float[] y = new float[x.elementCount()];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) StrictMath.sin(0.7 * x.get(i) + 0.001 * timestep);
        }
        return Tensor.of(x.shape(), y);
    }

    private static List<Tensor> rows(@Nullable Tensor stack) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; stack != null && i < stack.dim(0); i++) {
            rows.add(stack.rows(i, i + 1));
        }
        return rows;
    }

    private static Tensor stacked(List<Tensor> tensors) {
        int size = tensors.getFirst().elementCount();
        float[] all = new float[tensors.size() * size];
        for (int i = 0; i < tensors.size(); i++) {
            System.arraycopy(tensors.get(i).toArray(), 0, all, i * size, size);
        }
        return Tensor.of(Shape.of(tensors.size(), size), all);
    }
}
