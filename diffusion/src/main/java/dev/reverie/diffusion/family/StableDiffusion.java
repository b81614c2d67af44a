package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StepListener;
import dev.reverie.diffusion.family.HeapBudget.Relief;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stable Diffusion 1 and 2, SDXL and its refiner, and what was made of them for editing and few steps. */
final class StableDiffusion implements ImageModel {
    private final String name;
    private final AdaptableParts parts;

    private final @Nullable Refiner refiner;

    StableDiffusion(AdaptableParts parts, String name, @Nullable Refiner refiner) {
        this.parts = parts;
        this.name = name;
        this.refiner = refiner;
    }

    static StableDiffusion load(ModelFiles files, Path path, ImageModelOptions options) throws IOException {
        return new StableDiffusion(AdaptableParts.load(files, options), String.valueOf(path.getFileName()), null);
    }

    @Override
    public ImageModel withRefiner(ImageModel other, double handOver) {
        if (!(other instanceof StableDiffusion model) || model.refiner != null) {
            throw new IllegalArgumentException("a refiner is a Stable Diffusion without a refiner of its own");
        }
        parts.use(base -> model.parts.use(refining -> {
            Refiner.requireFit(base, refining);
            return refining;
        }));
        return new StableDiffusion(parts, name, new Refiner(model.parts, model.name, handOver));
    }

    @Override
    public void adapt(ImageModelOptions wanted) throws IOException {
        parts.adapt(wanted);
    }

    @Override
    public ImageModelOptions options() {
        return parts.options();
    }

    @Override
    public List<Image> generateAll(ImageRequest request, StepListener listener) {
        return alongLegs(request, legs -> pictures(legs, request, listener));
    }

    @Override
    public ImagePlan plan(ImageRequest request) {
        return alongLegs(request, StableDiffusion::plan);
    }

    private <T> T alongLegs(ImageRequest request, Function<List<Leg>, T> work) {
        Refiner second = refiner;
        return parts.use(open -> {
            Leg whole = new Leg(open, request, RunInputs.of(open, request));
            return second == null
                    ? work.apply(List.of(whole))
                    : second.parts().use(refining -> work.apply(second.legs(whole, refining)));
        });
    }

    private static ImagePlan plan(List<Leg> legs) {
        return legs.stream().map(Leg::plan).reduce(Refiner::joined).orElseThrow();
    }

    private List<Image> pictures(List<Leg> legs, ImageRequest request, StepListener listener) {
        List<PromptEncoders> encoders =
                legs.stream().map(leg -> leg.parts().prompts()).toList();
        boolean spares = options().sparesMemory();
        Relief relief = relief(legs, encoders);
        List<Leg> told = legs.stream().map(Leg::told).toList();
        if (spares || relief != Relief.NONE) {
            long bytes = encoders.stream().mapToLong(PromptEncoders::heldBytes).sum();
            encoders.forEach(PromptEncoders::release);
            HeapBudget.collect(bytes);
        }
        List<Image> pictures = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            ImageRequest own = request.withSeed(request.seed() + i);
            Leg first = legs.getFirst();
            boolean decodesAlone = relief == Relief.NETWORKS_TOO || (spares && i == request.count() - 1);
            Image picture = picture(told, own.seed(), i, decodesAlone, listener)
                    .withParameters(AdapterParameters.with(
                            RunParameters.of(first.parts(), own, first.inputs(), name, refiner), own, options()));
            requireUnchanged();
            listener.onPicture(i, picture);
            pictures.add(picture);
        }
        return pictures;
    }

    private Relief relief(List<Leg> legs, List<PromptEncoders> encoders) {
        boolean alone =
                parts.isUsedAlone() && (refiner == null || refiner.parts().isUsedAlone());
        return HeapBudget.require(
                plan(legs),
                encoders.stream().mapToLong(PromptEncoders::heldBytes).sum(),
                alone ? networks(legs).mapToLong(Reloadable::heldBytes).sum() : 0);
    }

    private static Stream<Reloadable<?>> networks(List<Leg> legs) {
        return legs.stream()
                .flatMap(leg -> leg.parts().denoisingNetworks().stream())
                .distinct();
    }

    /**
     * Each leg goes on with the latents of the one before; the last one decodes.
     *
     * @param decodesAlone whether all networks but the decoder are let go of before
     */
    private Image picture(List<Leg> legs, long seed, int index, boolean decodesAlone, StepListener listener) {
        Runnable onBlock = () -> requireGoingOn(listener);
        Noise noise = new LatentNoise(seed);
        int steps = legs.stream().mapToInt(Leg::steps).sum();
        int before = 0;
        Tensor latents = null;
        for (Leg leg : legs.subList(0, legs.size() - 1)) {
            try (Workspace workspace = Workspace.create();
                    Frame frame = leg.frame(workspace)) {
                PictureRun run =
                        leg.of(seed, noise, latents).run(observer(leg, index, before, steps, listener), onBlock);
                latents = run.latents(frame);
                noise = run.noise();
            }
            before += leg.steps();
        }
        Leg last = legs.getLast();
        try (Workspace workspace = Workspace.create();
                Frame frame = last.frame(workspace)) {
            PictureRun run = last.of(seed, noise, latents).run(observer(last, index, before, steps, listener), onBlock);
            Tensor drawn = run.latents(frame);
            if (decodesAlone) {
                long bytes = networks(legs).mapToLong(Reloadable::heldBytes).sum();
                networks(legs).forEach(Reloadable::release);
                HeapBudget.collect(bytes);
            }
            return PixelTensor.image(run.picture(frame, drawn));
        }
    }

    /** @param before steps of earlier legs */
    private static StableDiffusionRun.Observer observer(
            Leg leg, int index, int before, int steps, StepListener listener) {
        return (step, stepsOfLeg, timestep, result, latents) -> {
            Tensor expected = result.denoised();
            int done = before + step;
            if (!listener.onStep(new ImageStep(index, done, steps, timestep, () -> leg.sketch(expected)))) {
                throw new CancellationException("stopped after step " + done);
            }
        };
    }

    private void requireUnchanged() {
        parts.requireUnchanged();
        if (refiner != null) {
            refiner.parts().requireUnchanged();
        }
    }

    private void requireGoingOn(StepListener listener) {
        parts.requireOpen();
        if (refiner != null) {
            refiner.parts().requireOpen();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        if (!listener.goesOn()) {
            throw new CancellationException("stopped");
        }
    }

    @Override
    public String description() {
        return refiner == null ? name : "%s, refined by %s".formatted(name, refiner.name());
    }

    @Override
    public void close() {
        parts.close();
        if (refiner != null) {
            refiner.parts().close();
        }
    }
}
