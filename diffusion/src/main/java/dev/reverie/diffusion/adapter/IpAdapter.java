package dev.reverie.diffusion.adapter;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.WeightScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a U-Net look at pictures beside the text: keys and values of its own in each cross attention (Ye et al., arXiv
 * 2308.06721). IP-Adapter, Plus and Full Face, for Stable Diffusion and SDXL, in the files of tencent-ailab/IP-Adapter:
 * safetensors, or the nested dictionary of {@code .bin}.
 *
 * <p>Several at a time are added to the context one after the other. Immutable; threads may share it.
 */
public final class IpAdapter {
    private static final String ATTENTIONS = "ip_adapter";

    private record KeyValue(Linear key, Linear value) {}

    private final ImageProjection projection;
    /** By the name of the attention. */
    private final Map<String, KeyValue> attentions;

    private IpAdapter(ImageProjection projection, Map<String, KeyValue> attentions) {
        this.projection = projection;
        this.attentions = attentions;
    }

    /**
     * Reads a file for a U-Net.
     *
     * @param sites the U-Net's cross attentions, {@code Unet.crossSites()}
     * @throws CheckpointException if the file holds something else or was made for another U-Net
     */
    public static IpAdapter load(Path file, List<CrossContext.Site> sites) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            IpAdapter adapter = load(checkpoint, sites);
            checkpoint.finish();
            return adapter;
        }
    }

    private static IpAdapter load(Checkpoint checkpoint, List<CrossContext.Site> sites) throws CheckpointException {
        WeightScope root = checkpoint.root();
        try {
            requireMadeFor(sites, checkpoint);
            ImageProjection projection = ImageProjection.load(root.at("image_proj"));
            Map<String, KeyValue> attentions = new LinkedHashMap<>();
            for (int i = 0; i < sites.size(); i++) {
                WeightScope scope = scopeOf(root, i);
                int in = projection.outputWidth();
                int out = sites.get(i).width();
                Linear key = Linear.loadWithoutBias(scope.at("to_k_ip"), in, out);
                attentions.put(
                        sites.get(i).name(), new KeyValue(key, Linear.loadWithoutBias(scope.at("to_v_ip"), in, out)));
            }
            return new IpAdapter(projection, attentions);
        } catch (IllegalArgumentException e) {
            throw CheckpointException.inFile(checkpoint.name(), "%s", String.valueOf(e.getMessage()));
        }
    }

    /** Numbers are even for attentions of maps to themselves, which have no weights. */
    private static WeightScope scopeOf(WeightScope root, int site) {
        return root.at(ATTENTIONS).at(2 * site + 1);
    }

    private static void requireMadeFor(List<CrossContext.Site> sites, Checkpoint checkpoint) {
        long found = checkpoint.names().stream()
                .filter(name -> name.startsWith(ATTENTIONS + ".") && name.endsWith(".to_k_ip.weight"))
                .count();
        if (found == 0) {
            throw new IllegalArgumentException("is no IP-Adapter: it has no tensor ip_adapter.1.to_k_ip.weight");
        }
        if (found != sites.size()) {
            throw new IllegalArgumentException(
                    "was made for another model: it has %d attentions, the U-Net %d".formatted(found, sites.size()));
        }
        for (int i = 0; i < sites.size(); i++) {
            WeightScope scope = scopeOf(checkpoint.root(), i);
            Shape key = FileShapes.of(scope, "to_k_ip.weight", 2);
            if (key.dim(0) != sites.get(i).width()) {
                throw new IllegalArgumentException(
                        "was made for another model: %s has %d rows, and the width of the U-Net's %s is %d"
                                .formatted(
                                        scope.nameOf("to_k_ip.weight"),
                                        key.dim(0),
                                        sites.get(i).name(),
                                        sites.get(i).width()));
            }
        }
    }

    /** Whether {@link #tokens(Frame, Tensor)} takes embeddings {@code [n, D]}; or states {@code [n, L, D]}. */
    public boolean takesEmbeddings() {
        return projection.takesEmbedding();
    }

    /** What the U-Net may look at: {@code [n, D]} or {@code [n, L, D] -> [n, T, C]}. */
    public Tensor tokens(Frame frame, Tensor features) {
        Shape shape = features.shape();
        int rank = projection.takesEmbedding() ? 2 : 3;
        if (shape.rank() != rank || shape.dim(-1) != projection.inputWidth()) {
            throw new ShapeException("ip adapter: %s of width %d are wanted; got %s; is it another image encoder's?"
                    .formatted(rank == 2 ? "embeddings [n, D]" : "states [n, L, D]", projection.inputWidth(), shape));
        }
        return projection.apply(frame, features);
    }

    /** Tokens of n pictures, side by side, for one sample: {@code [1, n T, C]}. */
    public Tensor tokens(Frame caller, ReferenceEncoder encoder, List<Image> images) {
        try (Frame frame = caller.frame()) {
            Tensor features = takesEmbeddings() ? encoder.embeddings(frame, images) : encoder.states(frame, images);
            return frame.keep(ofOneSample(tokens(frame, features)));
        }
    }

    /**
     * What the unconditional side looks at in place of n pictures, {@code [1, n T, C]}: a zero embedding, or what the
     * encoder sees in a picture of zeros.
     */
    public Tensor emptyTokens(Frame caller, ReferenceEncoder encoder, int count) {
        try (Frame frame = caller.frame()) {
            Tensor features = takesEmbeddings()
                    ? ReferenceEncoder.zeros(frame.tensor(1, projection.inputWidth()))
                    : encoder.statesOfNothing(frame);
            Tensor once = tokens(frame, features);
            Tensor all = Ops.repeatRows(frame, once.reshape(1, once.elementCount()), new int[] {count});
            return frame.keep(all.reshape(1, count * once.dim(1), once.dim(2)));
        }
    }

    private static Tensor ofOneSample(Tensor tokens) {
        return tokens.reshape(1, tokens.dim(0) * tokens.dim(1), tokens.dim(2));
    }

    /**
     * What each cross attention looks at, to be added to the context of the text; valid as long as {@code frame} is open.
     *
     * @param tokens {@code [N, L, C]}, one row of tokens for each sample of the batch
     * @param scale how much the pictures count, 0 .. 1 as a rule
     * @param mask where they count, {@code [1, height, width, 1]}; null for everywhere
     */
    public Map<String, CrossContext.Source> sources(Frame frame, Tensor tokens, float scale, @Nullable Tensor mask) {
        Map<String, CrossContext.Source> sources = new HashMap<>();
        attentions.forEach((name, layers) -> sources.put(
                name,
                new CrossContext.Source(
                        layers.key.apply(frame, tokens), layers.value.apply(frame, tokens), scale, mask)));
        return sources;
    }
}
