package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text half of CLIP (Radford et al., arXiv 2103.00020), CLIP-L and OpenCLIP alike. Names as in
 * huggingface/transformers, models/clip/modeling_clip.py, CLIPTextModel and CLIPTextModelWithProjection.
 *
 * <p>A prompt is encoded in two parts, so that any layer can be taken on the way: {@link #hidden} runs all layers but
 * the last few, {@link #last} the rest. Whether a state taken early is normalised is its taker's choice: Stable
 * Diffusion does ({@link #finalNorm}), SDXL does not.
 *
 * @param projection of the pooled state; null where the checkpoint has none
 */
public record ClipText(
        Embedding tokens,
        Embedding positions,
        List<PreNormLayer> layers,
        LayerNorm finalNorm,
        @Nullable Linear projection,
        ClipTextConfig config) {

    public ClipText {
        layers = List.copyOf(layers);
    }

    /**
     * Reads the model's tensors, with or without {@code text_model.} before their names. Old files hold
     * {@code embeddings.position_ids} besides, which is not read.
     */
    public static ClipText load(WeightScope scope, ClipTextConfig config) {
        WeightScope model = scope.has("text_model.final_layer_norm.weight") ? scope.at("text_model") : scope;
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
                    true));
        }
        WeightScope projection = scope.at("text_projection");
        return new ClipText(
                Embedding.load(model.at("embeddings.token_embedding"), config.vocabulary(), width),
                Embedding.load(model.at("embeddings.position_embedding"), config.positions(), width),
                layers,
                LayerNorm.load(model.at("final_layer_norm"), width, config.layerNormEps()),
                projection.has("weight") ? Linear.loadWithoutBias(projection, width, config.projectionWidth()) : null,
                config);
    }

    /** This model with further tokens, {@code rows [K, width]}: their ids follow those of the vocabulary. */
    public ClipText withTokens(Tensor rows) {
        return new ClipText(tokens.withRows(rows), positions, layers, finalNorm, projection, config);
    }

    /**
     * States after all layers but the last {@code skip}, not normalised: {@code ids [N][L] -> [N, L, width]}. What
     * transformers calls {@code hidden_states[-2]} is {@code skip = 1}.
     */
    public Tensor hidden(Frame caller, int[][] ids, int skip) {
        try (Frame frame = caller.frame()) {
            Tensor embedded = TokenRows.addPositions(frame, positions, TokenRows.embed(frame, tokens, ids));
            return frame.keep(Layers.run(frame, Layers.first(layers, skip), embedded, PreNormLayer::apply));
        }
    }

    /** The last states, normalised, from what {@link #hidden} gave for the same {@code skip}. */
    public Tensor last(Frame caller, Tensor hidden, int skip) {
        try (Frame frame = caller.frame()) {
            Tensor h = Layers.run(frame, Layers.last(layers, skip), hidden, PreNormLayer::apply);
            return frame.keep(finalNorm.apply(frame, h));
        }
    }

    /**
     * The state at the end of each text: {@code last [N, L, width] -> [N, width]}. That is the first token with id
     * {@link ClipTextConfig#endOfText}, or the first token of all where there is none. An {@code endOfText} of 2, which
     * old configurations have by mistake, means the first token with the highest id, as in transformers.
     */
    public Tensor pooled(Frame frame, Tensor last, int[][] ids) {
        int[] ends = new int[ids.length];
        for (int n = 0; n < ends.length; n++) {
            ends[n] = config.endOfText() == 2 ? highest(ids[n]) : first(ids[n], config.endOfText());
        }
        return TokenRows.pick(frame, last, ends);
    }

    /** The pooled state in the space that texts and images share: {@code [N, width] -> [N, projectionWidth]}. */
    public Tensor projected(Frame frame, Tensor pooled) {
        if (projection == null) {
            throw new IllegalStateException("this CLIP text encoder was loaded without text_projection.weight");
        }
        return projection.apply(frame, pooled);
    }

    private static int highest(int[] ids) {
        int best = 0;
        for (int i = 1; i < ids.length; i++) {
            best = ids[i] > ids[best] ? i : best;
        }
        return best;
    }

    private static int first(int[] ids, int id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return 0;
    }
}
