package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.ReferenceEncoder;
import dev.reverie.diffusion.schedule.AlignYourSteps;
import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.diffusion.schedule.ScheduleRequest;
import dev.reverie.diffusion.schedule.Scheduler;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.schedule.SchedulerType;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.diffusion.vae.Tiling;
import dev.reverie.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Stable Diffusion consists of, and what its family takes where a request says nothing.
 *
 * @param usualSize pixels a side that it was trained with
 * @param usualGuidance guidance scale of the family
 * @param asksForAesthetics whether it is told an aesthetic score, as SDXL's refiner
 * @param weightBytes of all parts, as they are held
 */
record StableDiffusionParts(
        PromptEncoders prompts,
        Denoiser denoiser,
        Autoencoder autoencoder,
        SchedulerConfig schedulerConfig,
        List<ControlWeights> controlNets,
        List<IpAdapter> ipAdapters,
        @Nullable ReferenceEncoder referenceEncoder,
        int usualSize,
        double usualGuidance,
        boolean asksForAesthetics,
        long weightBytes) {
    private static final int USUAL_STEPS = 20;
    private static final int USUAL_DISTILLED_STEPS = 4;

    /** Larger maps are decoded in tiles: 1,024 pixels a side in whole. */
    private static final int LARGE_LATENTS = 128 * 128;

    /** The same with another sampler. */
    StableDiffusionParts withScheduler(SchedulerConfig other) {
        return new StableDiffusionParts(
                prompts,
                denoiser,
                autoencoder,
                other,
                controlNets,
                ipAdapters,
                referenceEncoder,
                usualSize,
                usualGuidance,
                asksForAesthetics,
                weightBytes);
    }

    /** Read again where it was let go. */
    Unet unet() {
        return denoiser.weights().get();
    }

    /** What only denoising needs. */
    List<Reloadable<?>> denoisingNetworks() {
        Stream<Reloadable<?>> controls = controlNets.stream().map(ControlWeights::weights);
        return Stream.concat(Stream.of(denoiser.weights()), controls).toList();
    }

    Scheduler scheduler(ImageRequest request) {
        String name = request.scheduler();
        SchedulerConfig config = name == null ? schedulerConfig : schedulerConfig.withSampler(name);
        return Scheduler.of(
                request.noiseLevels() instanceof NoiseLevels.Spacing spacing ? config.withSpacing(spacing) : config);
    }

    ScheduleRequest scheduleRequest(ImageRequest request, int steps) {
        NoiseLevels levels = request.noiseLevels();
        AlignYourSteps aligned = prompts.pools() ? AlignYourSteps.STABLE_DIFFUSION_XL : AlignYourSteps.STABLE_DIFFUSION;
        return levels == null ? ScheduleRequest.of(steps) : scheduler(request).request(levels, steps, aligned);
    }

    int steps(ImageRequest request) {
        Integer steps = request.steps();
        return steps != null ? steps : isDistilled() ? USUAL_DISTILLED_STEPS : USUAL_STEPS;
    }

    double guidanceScale(ImageRequest request) {
        Double scale = request.guidanceScale();
        return scale != null ? scale : usualGuidance;
    }

    int width(ImageRequest request) {
        Integer width = request.width();
        return width != null ? width : usualSize;
    }

    int height(ImageRequest request) {
        Integer height = request.height();
        return height != null ? height : usualSize;
    }

    /** Whether it was distilled to few steps (LCM, TCD). */
    boolean isDistilled() {
        return schedulerConfig.type() == SchedulerType.LCM || schedulerConfig.type() == SchedulerType.TCD;
    }

    /** Of the guidance scale's embedding; 0 where the network does not take it. */
    int guidanceWidth() {
        return denoiser.config().encoder().time().guidanceWidth();
    }

    /** Whether the network sees a mask and the masked picture beside the latents. */
    boolean paintsInto() {
        return channels() == 2 * autoencoder.latentChannels() + 1;
    }

    /** Whether the network sees the picture that an instruction is about beside the latents. */
    boolean editsByInstruction() {
        return channels() == 2 * autoencoder.latentChannels();
    }

    /** Channels that the network sees beside the latents. */
    int extraChannels() {
        return channels() - autoencoder.latentChannels();
    }

    private int channels() {
        return denoiser.config().encoder().inChannels();
    }

    @Nullable
    Tiling tiling(Tensor latents) {
        boolean large = latents.dim(1) * latents.dim(2) > LARGE_LATENTS;
        return large && autoencoder instanceof AutoencoderKl kl ? kl.config().tiling() : null;
    }

    /** Refuses sizes that this model cannot draw, before anything is made in them. */
    void requireSize(int width, int height) {
        int unit = autoencoder.spatialFactor();
        if (height % unit != 0 || width % unit != 0) {
            throw new IllegalArgumentException(
                    "%d x %d pixels: this model draws in units of %d".formatted(width, height, unit));
        }
        if (!Image.fits(width, height)) {
            throw new IllegalArgumentException(
                    "%d x %d pixels: a picture has at most %,d".formatted(width, height, Image.MAX_PIXELS));
        }
    }

    /** Refuses what this model cannot do. */
    void requireFit(ImageRequest request, RunInputs inputs) {
        requireSize(inputs.width(), inputs.height());
        if (paintsInto() && inputs.mask() == null) {
            throw new IllegalArgumentException("this model paints into a picture: it needs a start image and a mask");
        }
        if (editsByInstruction() && inputs.picture() == null) {
            throw new IllegalArgumentException("this model changes a picture by instruction: it needs a start image");
        }
        if (request.references().size() > ipAdapters.size()) {
            throw new IllegalArgumentException("%d references, but %d IP-Adapters were loaded with the model"
                    .formatted(request.references().size(), ipAdapters.size()));
        }
        if (request.controls().size() > controlNets.size()) {
            throw new IllegalArgumentException(
                    "%d control images, but %d ControlNets and T2I-Adapters were loaded with the model"
                            .formatted(request.controls().size(), controlNets.size()));
        }
    }
}
