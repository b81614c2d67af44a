package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * LoRAs and how much each counts: W' = W + sum over LoRAs of scale times change. A value, by which patched models can be
 * told apart; to take LoRAs off or to change scales, load the part again with another set.
 *
 * {@snippet :
 * try (Checkpoint checkpoint = Checkpoint.open(folder)) {
 *     loras.patch("unet", checkpoint);
 *     Unet unet = Unet.load(checkpoint.root(), config);
 *     checkpoint.finish();
 * }
 * }
 */
public record LoraSet(List<Scaled> loras) {
    private static final double MAX_SCALE = 100;

    /**
     * A LoRA and its scales, which may be negative.
     *
     * @param denoiserScale of what it does to the U-Net or transformer
     * @param textScale of what it does to text encoders
     */
    public record Scaled(Lora lora, double denoiserScale, double textScale) {
        public Scaled {
            for (double scale : new double[] {denoiserScale, textScale}) {
                if (!(Math.abs(scale) <= MAX_SCALE)) {
                    throw new IllegalArgumentException("the scale %s of %s must be from -%.0f to %.0f"
                            .formatted(scale, lora.name(), MAX_SCALE, MAX_SCALE));
                }
            }
        }

        double scaleOf(String part) {
            return part.equals(LoraKey.DENOISER) ? denoiserScale : textScale;
        }
    }

    /** What is left of a LoRA in the part that it changed: enough to tell it apart, and none of its numbers. */
    public record Trace(FileState file, double scale) {}

    public LoraSet {
        loras = List.copyOf(loras);
    }

    /** No LoRA. */
    public static LoraSet empty() {
        return new LoraSet(List.of());
    }

    /** This set and one more, of one scale for all parts. */
    public LoraSet with(Lora lora, double scale) {
        return with(lora, scale, scale);
    }

    /** This set and one more, of scales of its own for the denoiser and for text encoders. */
    public LoraSet with(Lora lora, double denoiserScale, double textScale) {
        List<Scaled> all = new ArrayList<>(loras);
        all.add(new Scaled(lora, denoiserScale, textScale));
        return new LoraSet(all);
    }

    public boolean isEmpty() {
        return loras.isEmpty();
    }

    /**
     * Makes a checkpoint give the changed weights from now on.
     *
     * @param part the folder's name in a pipeline: {@code unet}, {@code transformer}, {@code text_encoder} ..
     * @param checkpoint of that part, with the names of diffusers and transformers
     * @throws CheckpointException if a LoRA changes weights that the part does not have, or has in another shape
     */
    public void patch(String part, Checkpoint checkpoint) throws CheckpointException {
        LoraPatch patch = LoraPatch.of(this, part, new PatchTargets(checkpoint));
        if (!patch.isEmpty()) {
            checkpoint.patch(patch);
        }
    }

    /**
     * What {@link #patch} leaves in a part: sets of equal traces make the same weights of it. Kept beside the part, it
     * tells whether another set asks for the part to be loaded again.
     *
     * @param part as for {@link #patch}
     */
    public List<Trace> tracesIn(String part) {
        String known = partOf(part);
        return loras.stream()
                .filter(scaled -> scaled.lora.parts().contains(known) && scaled.scaleOf(known) != 0)
                .map(scaled -> new Trace(scaled.lora.state(), scaled.scaleOf(known)))
                .toList();
    }

    /**
     * Checks that a pipeline has every part that the LoRAs change.
     *
     * @param parts the folders of the pipeline's parts
     * @throws CheckpointException if a LoRA was made for a pipeline with more of them
     */
    public void requireParts(Collection<String> parts) throws CheckpointException {
        List<String> known = parts.stream().map(LoraSet::partOf).toList();
        for (Scaled scaled : loras) {
            for (String part : scaled.lora.parts()) {
                if (!known.contains(part)) {
                    throw CheckpointException.inFile(
                            scaled.lora.name(),
                            "changes the %s, which this model does not have: it was made for another model",
                            part);
                }
            }
        }
    }

    /** What LoRA files and pipelines call a U-Net or a transformer is one part here. */
    static String partOf(String folder) {
        return folder.equals("unet") || folder.equals("transformer") ? LoraKey.DENOISER : folder;
    }
}
