package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.StepListener;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Workspace.StageCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Stable Diffusion 1 and 2, SDXL and its refiner, and what was made of them for editing and few steps. */
final class StableDiffusion implements ImageModel {
    private final String name;
    private final AdaptableParts parts;

    private StableDiffusion(AdaptableParts parts, String name) {
        this.parts = parts;
        this.name = name;
    }

    static StableDiffusion load(ModelFiles files, Path path, ImageModelOptions options) throws IOException {
        return new StableDiffusion(AdaptableParts.load(files, options), String.valueOf(path.getFileName()));
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
        return parts.use(open -> pictures(open, request, listener));
    }

    private List<Image> pictures(StableDiffusionParts open, ImageRequest request, StepListener listener) {
        RunInputs inputs = inputs(open, request);
        HeapBudget.require(plan(open, request, inputs));
        List<Image> pictures = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            ImageRequest own = request.withSeed(request.seed() + i);
            pictures.add(picture(open, own, inputs.withNoise(new LatentNoise(own.seed())), i, listener));
        }
        return pictures;
    }

    private Image picture(
            StableDiffusionParts open, ImageRequest request, RunInputs inputs, int index, StepListener listener) {
        Runnable onBlock = () -> requireGoingOn(listener);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame(request.tileable())) {
            StableDiffusionRun.Observer observer = (step, steps, timestep, result, latents) -> {
                Tensor expected = result.denoised();
                if (!listener.onStep(new ImageStep(
                        index, step, steps, timestep, () -> Sketch.of(open, expected, request.tileable())))) {
                    throw new CancellationException("stopped after step " + step);
                }
            };
            Tensor pixels = new PictureRun(open, request, inputs, observer, onBlock).picture(frame);
            return PixelTensor.image(pixels).withParameters(RunParameters.of(open, request, inputs, name));
        }
    }

    static RunInputs inputs(StableDiffusionParts parts, ImageRequest request) {
        StartImage start = request.start();
        PipelineProcessor processor = new PipelineProcessor(parts.autoencoder().spatialFactor());
        boolean sized = request.width() != null || request.height() != null;
        int width = start == null || sized
                ? parts.width(request)
                : processor.fitted(start.image().width());
        int height = start == null || sized
                ? parts.height(request)
                : processor.fitted(start.image().height());
        parts.requireSize(width, height);
        Image mask = start == null ? null : start.mask();
        List<Tensor> controls = new ArrayList<>();
        for (ControlImage control : request.controls()) {
            controls.add(PipelineProcessor.control(control.image(), width, height));
        }
        return new RunInputs(
                new LatentNoise(request.seed()),
                1,
                height,
                width,
                start == null ? null : PipelineProcessor.picture(start.image(), width, height),
                mask == null ? null : PipelineProcessor.mask(mask, width, height),
                controls,
                null,
                0,
                1);
    }

    private void requireGoingOn(StepListener listener) {
        parts.requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        if (!listener.goesOn()) {
            throw new CancellationException("stopped");
        }
    }

    @Override
    public ImagePlan plan(ImageRequest request) {
        return parts.use(open -> plan(open, request, inputs(open, request)));
    }

    /** One step of each pass, measured; all steps of a pass cost the same. */
    private static ImagePlan plan(StableDiffusionParts open, ImageRequest request, RunInputs inputs) {
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame(request.tileable())) {
            PictureRun run = new PictureRun(open, request, inputs, (a, b, c, d, e) -> {}, () -> {});
            run.measure(frame);
            List<StageCost> stages = workspace.stageCosts().stream()
                    .map(s -> new StageCost(s.name(), s.multiplyAdds() * run.steps(s.name()), s.peakBytes()))
                    .toList();
            return new ImagePlan(
                    run.width(), run.height(), run.steps(), stages, workspace.peakBytes(), open.weightBytes());
        }
    }

    @Override
    public String description() {
        return name;
    }

    @Override
    public void close() {
        parts.close();
    }
}
