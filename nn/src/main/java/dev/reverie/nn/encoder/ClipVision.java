package dev.reverie.nn.encoder;

import dev.reverie.nn.Conv;
import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The image half of CLIP: a vision transformer. Names as in huggingface/transformers, models/clip/modeling_clip.py,
 * CLIPVisionModel and CLIPVisionModelWithProjection. P is the number of patches; token 0 stands for the whole picture.
 *
 * @param patches bias-free convolution from pixels to patches
 * @param classToken {@code [1, width]}
 * @param projection of the pooled state; null where the checkpoint has none
 */
public record ClipVision(
        Conv patches,
        Tensor classToken,
        Embedding positions,
        LayerNorm preNorm,
        List<PreNormLayer> layers,
        LayerNorm postNorm,
        @Nullable Linear projection,
        ClipVisionConfig config) {

    public ClipVision {
        layers = List.copyOf(layers);
    }

    /** Reads the model's tensors, with or without {@code vision_model.} before their names. */
    public static ClipVision load(WeightScope scope, ClipVisionConfig config) {
        WeightScope model = scope.has("vision_model.post_layernorm.weight") ? scope.at("vision_model") : scope;
        WeightScope embeddings = model.at("embeddings");
        int width = config.width();
        List<PreNormLayer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(PreNormLayer.loadClip(
                    model.at("encoder.layers").at(i),
                    width,
                    config.innerWidth(),
                    config.heads(),
                    config.activation(),
                    config.layerNormEps(),
                    false));
        }
        WeightScope projection = scope.at("visual_projection");
        return new ClipVision(
                patches(embeddings.at("patch_embedding"), width, config.patchSize()),
                embeddings.tensor("class_embedding", Shape.of(width)).reshape(1, width),
                Embedding.load(embeddings.at("position_embedding"), config.patches() + 1, width),
                LayerNorm.load(model.at("pre_layrnorm"), width, config.layerNormEps()), // spelled so in every file
                layers,
                LayerNorm.load(model.at("post_layernorm"), width, config.layerNormEps()),
                projection.has("weight") ? Linear.loadWithoutBias(projection, width, config.projectionWidth()) : null,
                config);
    }

    private static Conv patches(WeightScope scope, int width, int size) {
        Window window = Window.of(size).withStride(size);
        Tensor weight = scope.tensor("weight", Shape.of(width, 3, size, size));
        return new Conv(Filter.of(weight, ConvGeometry.of(window, window)), null);
    }

    /**
     * States after all layers but the last {@code skip}: {@code pixels [N, imageSize, imageSize, 3] -> [N, 1 + P,
     * width]}. Pixels are normalised by CLIP's mean and deviation.
     */
    public Tensor hidden(Frame caller, Tensor pixels, int skip) {
        Shape seen = Shape.of(pixels.dim(0), config.imageSize(), config.imageSize(), 3);
        if (!pixels.shape().equals(seen)) {
            throw new IllegalArgumentException("CLIP sees %s, not %s".formatted(seen, pixels.shape()));
        }
        try (Frame frame = caller.frame()) {
            Tensor h = preNorm.apply(frame, embed(frame, pixels));
            return frame.keep(Layers.run(frame, Layers.first(layers, skip), h, PreNormLayer::apply));
        }
    }

    private Tensor embed(Frame frame, Tensor pixels) {
        int batch = pixels.dim(0);
        int width = config.width();
        Tensor flat = patches.apply(frame, pixels).reshape(batch, config.patches() * width);
        Tensor classes = Ops.repeatRows(frame, classToken, new int[] {batch});
        Tensor all = Ops.concat(frame, classes, flat).reshape(batch, config.patches() + 1, width);
        return TokenRows.addPositions(frame, positions, all);
    }

    /** The last states, from what {@link #hidden} gave for the same {@code skip}; not normalised. */
    public Tensor last(Frame frame, Tensor hidden, int skip) {
        return Layers.run(frame, Layers.last(layers, skip), hidden, PreNormLayer::apply);
    }

    /** The whole picture in the space that texts and images share: {@code last [N, 1 + P, width] -> [N, projectionWidth]}. */
    public Tensor imageEmbeds(Frame caller, Tensor last) {
        if (projection == null) {
            throw new IllegalStateException("this CLIP image encoder was loaded without visual_projection.weight");
        }
        try (Frame frame = caller.frame()) {
            Tensor pooled = postNorm.apply(frame, TokenRows.pick(frame, last, new int[last.dim(0)]));
            return frame.keep(projection.apply(frame, pooled));
        }
    }
}
