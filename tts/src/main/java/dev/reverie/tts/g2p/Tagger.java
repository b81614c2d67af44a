package dev.reverie.tts.g2p;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/** Gives tokens their Penn tags. A tag hangs on the token and its four neighbours on each side. */
final class Tagger {
    /** Tokens that are tagged at once: bounds the memory that a long text takes. */
    private static final int BLOCK = 256;

    private static final class Holder {
        static final Tagger ENGLISH = load();
    }

    private final TagFeatures features;
    private final List<String> tags;
    private final TaggerNetwork network;

    private Tagger(TagFeatures features, List<String> tags, TaggerNetwork network) {
        this.features = features;
        this.tags = tags;
        this.network = network;
    }

    /** The tagger, shared and immutable. */
    static Tagger english() {
        return Holder.ENGLISH;
    }

    private static Tagger load() {
        return G2pData.load("tagger", (config, weights) -> {
            List<String> tags = config.getStrings("tags");
            return new Tagger(new TagFeatures(), tags, TaggerNetwork.load(weights, tags.size()));
        });
    }

    TagFeatures features() {
        return features;
    }

    TaggerNetwork network() {
        return network;
    }

    /** One tag a token. */
    List<String> tag(List<TextToken> tokens) {
        List<String> found = new ArrayList<>(tokens.size());
        try (Workspace workspace = Workspace.create()) {
            for (int from = 0; from < tokens.size(); from += BLOCK) {
                try (Frame frame = workspace.frame()) {
                    found.addAll(tagsOf(logits(frame, tokens, from, Math.min(tokens.size(), from + BLOCK))));
                }
            }
        }
        return found;
    }

    /**
     * Logits of tokens {@code from} up to {@code to}: {@code [to - from, tags]}. Up to four neighbours on each side are
     * computed with them; where the text ends before, rows of zeros stand for them.
     */
    private Tensor logits(Frame frame, List<TextToken> tokens, int from, int to) {
        int first = Math.max(0, from - TaggerNetwork.REACH);
        int last = Math.min(tokens.size(), to + TaggerNetwork.REACH);
        List<long[]> keys =
                tokens.subList(first, last).stream().map(features::keys).toList();
        int before = TaggerNetwork.REACH - (from - first);
        int after = TaggerNetwork.REACH - (last - to);
        Tensor rows = TaggerNetwork.padded(frame, network.embed(frame, keys), before, after);
        Tensor encoded = network.encode(frame, rows);
        return network.logits(frame, encoded.rows(TaggerNetwork.REACH, TaggerNetwork.REACH + to - from));
    }

    /** The likeliest tag of each row: {@code logits [L, tags]}. */
    List<String> tagsOf(Tensor logits) {
        List<String> likeliest = new ArrayList<>();
        int count = tags.size();
        for (int row = 0; row < logits.dim(0); row++) {
            int best = 0;
            for (int i = 1; i < count; i++) {
                best = logits.get(row * count + i) > logits.get(row * count + best) ? i : best;
            }
            likeliest.add(tags.get(best));
        }
        return likeliest;
    }
}
