package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ClosedModelException;
import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.StepListener;
import dev.reverie.diffusion.image.GenerationParameters;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.schedule.Noise;
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
    private final StableDiffusionParts parts;
    private final String name;
    private volatile boolean closed;

    private StableDiffusion(StableDiffusionParts parts, String name) {
        this.parts = parts;
        this.name = name;
    }

    static StableDiffusion load(ModelFiles files, Path path, ImageModelOptions options) throws IOException {
        return new StableDiffusion(
                new StableDiffusionLoader(files, options).load(), String.valueOf(path.getFileName()));
    }

    StableDiffusionParts parts() {
        return parts;
    }

    @Override
    public List<Image> generateAll(ImageRequest request, StepListener listener) {
        List<Image> pictures = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            pictures.add(picture(request.withSeed(request.seed() + i), i, listener));
        }
        return pictures;
    }

    private Image picture(ImageRequest request, int index, StepListener listener) {
        RunInputs inputs = inputs(request, new LatentNoise(request.seed()));
        Runnable onBlock = () -> requireGoingOn(listener);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            StableDiffusionRun.Observer observer = (step, steps, timestep, result, latents) -> {
                Tensor expected = result.denoised();
                if (!listener.onStep(new ImageStep(index, step, steps, timestep, () -> Sketch.of(parts, expected)))) {
                    throw new CancellationException("stopped after step " + step);
                }
            };
            Tensor pixels = new StableDiffusionRun(parts, request, inputs, observer, onBlock).picture(frame);
            return PixelTensor.image(pixels).withParameters(parameters(request, inputs));
        }
    }

    private RunInputs inputs(ImageRequest request, Noise noise) {
        StartImage start = request.start();
        PipelineProcessor processor = new PipelineProcessor(parts.autoencoder().spatialFactor());
        Image fitted = start == null ? null : processor.fitted(start.image());
        boolean sized = request.width() != null || request.height() != null;
        int width = fitted == null || sized ? parts.width(request) : fitted.width();
        int height = fitted == null || sized ? parts.height(request) : fitted.height();
        Image mask = start == null ? null : start.mask();
        List<Tensor> controls = new ArrayList<>();
        for (ControlImage control : request.controls()) {
            controls.add(PipelineProcessor.control(control.image(), width, height));
        }
        return new RunInputs(
                noise,
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
        requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        if (!listener.goesOn()) {
            throw new CancellationException("stopped");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedModelException();
        }
    }

    private GenerationParameters parameters(ImageRequest request, RunInputs inputs) {
        String sampler = request.scheduler();
        return GenerationParameters.of(
                request.prompt(),
                request.negativePrompt() == null ? "" : request.negativePrompt(),
                parts.steps(request),
                sampler == null ? parts.schedulerConfig().type().className() : sampler,
                parts.guidanceScale(request),
                request.seed(),
                inputs.width(),
                inputs.height(),
                name);
    }

    /** One step of the run, measured; all steps cost the same. */
    @Override
    public ImagePlan plan(ImageRequest request) {
        requireOpen();
        RunInputs inputs = inputs(request, new LatentNoise(request.seed()));
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame()) {
            StableDiffusionRun run = new StableDiffusionRun(parts, request, inputs, (a, b, c, d, e) -> {}, () -> {});
            int steps = run.measure(frame);
            List<StageCost> stages = workspace.stageCosts().stream()
                    .map(s -> s.name().equals(StableDiffusionRun.DENOISE)
                            ? new StageCost(s.name(), s.multiplyAdds() * steps, s.peakBytes())
                            : s)
                    .toList();
            return new ImagePlan(
                    inputs.width(), inputs.height(), steps, stages, workspace.peakBytes(), parts.weightBytes());
        }
    }

    @Override
    public String description() {
        return name;
    }

    @Override
    public void close() {
        closed = true;
    }
}
