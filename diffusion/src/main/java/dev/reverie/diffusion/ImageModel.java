package dev.reverie.diffusion;

import dev.reverie.diffusion.family.Families;
import dev.reverie.nn.ClosedModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that draws pictures. Threads may share it; only {@link #adapt} changes it.
 *
 * <pre>{@code
 * try (ImageModel painter = ImageModel.load(Path.of("stable-diffusion-v1-5"))) {
 *     Image fox = painter.generate(ImageRequest.of("a red fox in the snow").withSteps(20).withSeed(7));
 *     fox.writePng(Path.of("fox.png"));
 * }
 * }</pre>
 */
public interface ImageModel extends AutoCloseable {
    /**
     * Loads a model and finds out by itself what it is: a folder as Hugging Face hosts them, or a single file.
     *
     * @throws dev.reverie.tensor.io.CheckpointException if it is no model that is known, or damaged; the message says
     *     what to do
     */
    static ImageModel load(Path path) throws IOException {
        return load(path, ImageModelOptions.NONE);
    }

    /** The same with adapters and networks beside it. */
    static ImageModel load(Path path, ImageModelOptions options) throws IOException {
        return Families.load(path, options);
    }

    /** The request's first picture. */
    default Image generate(ImageRequest request) {
        return generate(request, StepListener.NONE);
    }

    /** The request's first picture, reported step by step. */
    default Image generate(ImageRequest request, StepListener listener) {
        return generateAll(request.withCount(1), listener).getFirst();
    }

    /**
     * All pictures of a request, each with what it was generated from in its texts; the prompt is encoded once.
     *
     * <p>Where the heap is too small for the model and a picture together, text encoders are let go of after that, and are
     * read from the model's files again for the next request.
     *
     * @throws IllegalArgumentException if the model cannot do what is asked for
     * @throws NotEnoughMemoryException if a picture needs more than the JVM may still get
     * @throws java.io.UncheckedIOException if text encoders were let go of and cannot be read any more
     * @throws NonFiniteException if the model computes NaN or infinity
     * @throws java.util.concurrent.CancellationException if the listener or an interrupt ended the run
     * @throws ClosedModelException if the model was closed
     */
    List<Image> generateAll(ImageRequest request, StepListener listener);

    /** What the request's first picture will take, without computing it. */
    ImagePlan plan(ImageRequest request);

    /**
     * Changes what stands beside the model: afterwards it is what {@link #load(Path, ImageModelOptions) load} would make
     * of the same options, to the last bit, and with {@link ImageModelOptions#NONE} the model as published.
     *
     * <pre>{@code
     * painter.adapt(painter.options().withLora(Path.of("watercolour.safetensors"), 0.8));
     * painter.adapt(ImageModelOptions.NONE);
     * }</pre>
     *
     * <p>Only parts that change are loaded, from the model's own files. LoRAs change the U-Net or the text encoders, or
     * both; learned words the text encoders. Such a part is let go before it is loaded anew, so that it is never in
     * memory twice. ControlNets and IP-Adapters leave the model's parts alone; new ones are loaded before old ones are
     * let go.
     *
     * <p>The call waits for runs that go on, and what is asked of the model meanwhile waits for the call. Adapters are
     * read and checked first. Whatever fails, the model is as it was before; only if its own files, or those of its old
     * adapters, can no longer be read either, it is closed.
     *
     * @throws dev.reverie.tensor.io.CheckpointException if an adapter is damaged or was made for another model
     * @throws IllegalArgumentException if an adapter does not go with this model
     * @throws IllegalStateException within a run of this model, which would wait for itself
     * @throws java.util.concurrent.CancellationException if the thread was interrupted while it waited
     * @throws ClosedModelException if the model was closed
     */
    void adapt(ImageModelOptions options) throws IOException;

    /** What stands beside the model now. */
    ImageModelOptions options();

    /**
     * This model with another that takes its latents over and draws the details, as SDXL's refiner does:
     *
     * <pre>{@code
     * ImageModel painter = base.withRefiner(refiner, 0.8);
     * }</pre>
     *
     * <p>Both are used, not copied. Steps and sampler are this model's; prompts go to both, controls and references to
     * this one only. Both keep what a mask keeps. A picture with an {@link Enlargement} is handed over in its second pass.
     * {@link #adapt} changes this one, and {@link #close} closes both.
     *
     * @param handOver where it takes over, above 0 and below 1: the part of the noise levels that this model draws,
     *     {@code denoising_end} and {@code denoising_start} of diffusers. To refine a finished picture, give it to the
     *     refiner as the start image of a request
     * @throws IllegalArgumentException if the two have different latents, or were trained differently
     */
    ImageModel withRefiner(ImageModel refiner, double handOver);

    /** What the model is, as {@code Stable Diffusion}, and where it came from. */
    String description();

    /** Lets go of the weights; runs that go on end with a {@link ClosedModelException}. */
    @Override
    void close();
}
