package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.tensor.Workspace.StageCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that takes a run over before its end, and draws the details (Podell et al., arXiv 2307.01952, section 2.5).
 *
 * @param handOver part of training's timesteps, from the noisiest on, that the first model draws: {@code denoising_end}
 *     and {@code denoising_start} of diffusers
 */
record Refiner(AdaptableParts parts, String name, double handOver) {
    private static final String PREFIX = "refiner ";

    Refiner {
        if (!(handOver > 0 && handOver < 1)) {
            throw new IllegalArgumentException("hand-over at %s: it must be above 0 and below 1".formatted(handOver));
        }
    }

    /** Refuses a refiner that would not understand the base's latents. */
    static void requireFit(StableDiffusionParts base, StableDiffusionParts refiner) {
        Autoencoder own = base.autoencoder();
        Autoencoder other = refiner.autoencoder();
        boolean alike = own.getClass() != other.getClass() || own.latentScale().equals(other.latentScale());
        if (own.latentChannels() != other.latentChannels() || own.spatialFactor() != other.spatialFactor() || !alike) {
            throw new IllegalArgumentException(
                    "the refiner's latents are others than the model's: %d channels %d times smaller than the picture, scaled by %s, and here %d, %d, %s"
                            .formatted(
                                    other.latentChannels(),
                                    other.spatialFactor(),
                                    other.latentScale().factor(),
                                    own.latentChannels(),
                                    own.spatialFactor(),
                                    own.latentScale().factor()));
        }
        if (!base.schedulerConfig().isTrainedAs(refiner.schedulerConfig())) {
            throw new IllegalArgumentException(
                    "the refiner was trained with other noise than the model, or predicts something else");
        }
        if (refiner.extraChannels() != 0) {
            throw new IllegalArgumentException("a model that looks at a picture beside the latents cannot refine");
        }
    }

    /**
     * The base's leg cut short, and the refiner's. A picture that is enlarged is handed over in its second pass, as in
     * AUTOMATIC1111/stable-diffusion-webui (modules/sd_samplers_common.py, apply_refiner): enlarging blurs what is fine.
     */
    List<Leg> legs(Leg whole, StableDiffusionParts refiner) {
        StableDiffusionParts base = whole.parts();
        Leg last = whole.last();
        ImageRequest rest = last.request()
                .withSteps(base.steps(last.request()))
                .withControls(List.of())
                .withReferences(List.of());
        List<Leg> legs = List.of(
                new Leg(base, whole.request(), whole.inputs().until(handOver)),
                new Leg(
                        refiner.withScheduler(base.schedulerConfig()),
                        rest,
                        last.inputs().from(handOver)));
        requireStep(legs.getFirst(), "model");
        requireStep(legs.getLast(), "refiner");
        return legs;
    }

    private void requireStep(Leg leg, String whose) {
        if (leg.lastSteps() < 1) {
            throw new IllegalArgumentException(
                    "a hand-over at %s leaves no step to the %s: take more steps, more strength, or another place"
                            .formatted(handOver, whose));
        }
    }

    /** Both plans in one; the base's ends before decoding. */
    static ImagePlan joined(ImagePlan base, ImagePlan refiner) {
        List<StageCost> stages = new ArrayList<>(base.stages());
        int decoding = refiner.stages().stream().map(StageCost::name).toList().indexOf(StableDiffusionRun.DECODE);
        for (StageCost stage : refiner.stages().subList(0, decoding)) {
            stages.add(new StageCost(PREFIX + stage.name(), stage.multiplyAdds(), stage.peakBytes()));
        }
        stages.addAll(refiner.stages().subList(decoding, refiner.stages().size()));
        return new ImagePlan(
                base.width(),
                base.height(),
                base.steps() + refiner.steps(),
                stages,
                Math.max(base.peakBytes(), refiner.peakBytes()),
                base.weightBytes() + refiner.weightBytes());
    }
}
