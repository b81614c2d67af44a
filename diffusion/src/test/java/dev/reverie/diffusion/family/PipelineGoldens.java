package dev.reverie.diffusion.family;

import static dev.reverie.testing.Layout.channelsFirst;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.testing.Closeness;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whole pipelines: every latent after every step, and the pixels. */
public final class PipelineGoldens {
    private PipelineGoldens() {}

    public static Map<String, Goldens.Runner> runners() {
        return Map.of("pipeline", golden -> run(golden));
    }

    private static void run(GoldenCase golden) throws IOException {
        List<AssertionError> failures = new ArrayList<>();
        for (Json run : golden.rows("runs")) {
            try {
                new Run(golden.folder(), golden.json(), run, files(golden)).check();
            } catch (AssertionError e) {
                failures.add(e);
            } catch (RuntimeException e) {
                failures.add(new AssertionError(run.getString("id") + ": " + e, e));
            }
        }
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " runs failed: " + failures);
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }

    private static ModelFiles files(GoldenCase golden) throws IOException {
        Json named = golden.json().find("model");
        Path model = golden.folder().resolve(named == null ? "" : named.asString());
        return ModelFiles.open(
                Files.isDirectory(model)
                        ? model.normalize()
                        : Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji"));
    }

    /** The run that {@code golden} names of the case in {@code folder}, with the model in {@code files} instead. */
    static void run(GoldenCase golden, Path folder, ModelFiles files) throws IOException {
        String id = golden.json().getString("run");
        for (Json run : Json.read(folder.resolve("case.json")).getList("runs")) {
            if (run.getString("id").equals(id)) {
                new Run(folder, golden.json(), run, files).check();
                return;
            }
        }
        throw new AssertionError("%s has no run %s".formatted(folder, id));
    }

    /** One run of a case. */
    private static final class Run {
        private final Json json;
        private final PipelineCall call;
        private final ModelFiles files;
        private final Safetensors io;
        private final Set<String> open;
        private final double atol;
        private final double rtol;

        /** @param bounds has the tolerances, where the run has none of its own */
        Run(Path folder, Json bounds, Json json, ModelFiles files) throws IOException {
            this.json = json;
            this.files = files;
            this.io = Safetensors.open(folder.resolve(json.getString("pixels")));
            this.call = new PipelineCall(folder, json, io);
            this.open = new TreeSet<>(io.entries().keySet());
            this.open.removeIf(name -> !name.startsWith("out."));
            this.atol = json.getDouble("atol", bounds.getDouble("atol"));
            this.rtol = bounds.getDouble("rtol");
        }

        void check() throws IOException {
            StableDiffusionParts parts = parts();
            List<Tensor> latents = new ArrayList<>();
            List<Float> timesteps = new ArrayList<>();
            ImageRequest request = call.request();
            RunInputs inputs = call.inputs(parts);
            try (io;
                    Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                StableDiffusionRun run = new StableDiffusionRun(
                        parts,
                        request,
                        inputs,
                        (step, steps, timestep, result, after) -> {
                            latents.add(channelsFirst(after));
                            timesteps.add(timestep);
                        },
                        () -> {});
                Tensor last = run.latents(frame);
                compareLatents(latents);
                if (call.has("out.result")) {
                    compare("out.result", channelsFirst(last));
                }
                if (call.has("out.pixels")) {
                    compare("out.pixels", unit(run.decode(frame, last)));
                    requirePlanned(run, workspace.peakBytes());
                }
                if (call.has("out.timesteps")) {
                    compare("out.timesteps", floats(timesteps));
                }
                if (call.has("out.text")) {
                    compareTexts(run.texts(frame));
                }
            }
            if (!open.isEmpty()) {
                throw new AssertionError("%s: outputs without a comparison: %s".formatted(json.getString("id"), open));
            }
        }

        private static Tensor floats(List<Float> list) {
            Tensor tensor = Tensor.zeros(Shape.of(list.size()));
            for (int i = 0; i < list.size(); i++) {
                tensor.data()[i] = list.get(i);
            }
            return tensor;
        }

        /** Row 0 of the reference is the negative prompt. */
        private void compareTexts(List<TextStates> got) throws IOException {
            Tensor want = call.tensor("out.text");
            require("negative prompt", want.rows(0, 1), got.getLast().states());
            require("prompt", want.rows(1, 2), got.getFirst().states());
            open.remove("out.text");
        }

        /** To the byte, though a plan measures one step alone: a plan that says more would refuse what fits. */
        private void requirePlanned(StableDiffusionRun run, long peakBytes) throws IOException {
            try (Workspace workspace = Workspace.measuring();
                    Frame frame = workspace.frame()) {
                run.measureLatents(frame);
                run.decode(frame, Tensor.measured(run.latentShape()));
                if (workspace.peakBytes() != peakBytes) {
                    throw new AssertionError("%s: planned %,d bytes, took %,d"
                            .formatted(json.getString("id"), workspace.peakBytes(), peakBytes));
                }
            }
        }

        private StableDiffusionParts parts() throws IOException {
            StableDiffusionParts parts = StableDiffusionLoader.prepare(files, call.options(), LoadedParts.none(), null)
                    .load();
            return parts.withScheduler(SchedulerConfig.read(json.get("scheduler")));
        }

        private static Tensor unit(Tensor signed) {
            float[] values = signed.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.clamp(values[i] * 0.5f + 0.5f, 0f, 1f);
            }
            return Tensor.of(signed.shape(), values);
        }

        private void compareLatents(List<Tensor> got) throws IOException {
            if (call.has("out.latents")) {
                Tensor want = call.tensor("out.latents");
                if (want.dim(0) != got.size()) {
                    throw new AssertionError(
                            "%s: %d steps, want %d".formatted(json.getString("id"), got.size(), want.dim(0)));
                }
                compareSteps("out.latents", got);
            }
            if (call.has("out.latents.first")) {
                compareSteps("out.latents.first", got.subList(0, 2));
                compareSteps("out.latents.last", got.subList(got.size() - 2, got.size()));
            }
        }

        private void compareSteps(String name, List<Tensor> got) throws IOException {
            Tensor want = call.tensor(name);
            int each = want.elementCount() / want.dim(0);
            for (int step = 0; step < want.dim(0); step++) {
                Tensor one = want.rows(step, step + 1).reshape(got.get(step).shape());
                if (one.elementCount() != each) {
                    throw new AssertionError("unequal steps");
                }
                require(name + " after step " + (step + 1), one, got.get(step));
            }
            open.remove(name);
        }

        private void compare(String name, Tensor got) throws IOException {
            require(name, call.tensor(name), got);
            open.remove(name);
        }

        private void require(String what, Tensor want, Tensor got) throws IOException {
            Closeness.require(json.getString("id") + ": " + what, want, got, atol, rtol);
        }
    }
}
