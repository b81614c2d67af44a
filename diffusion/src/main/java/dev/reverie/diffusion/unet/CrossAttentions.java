package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The attentions of a network that look at a context, in the order down, up, middle. */
record CrossAttentions(List<TransformerBlock> blocks) {

    CrossAttentions {
        blocks = List.copyOf(blocks);
    }

    /** Where adapters may add sources. */
    List<CrossContext.Site> sites() {
        return blocks.stream()
                .map(TransformerBlock::attention2)
                .map(a ->
                        new CrossContext.Site(a.name(), a.key().weight().shape().dim(0)))
                .toList();
    }

    /** Keys and values of {@code text [N, L, D]} for each attention, lent by {@code frame}. */
    CrossContext context(Frame frame, Tensor text) {
        if (text.shape().rank() != 3) {
            throw new ShapeException("unet: text states [N, L, D] are wanted; got " + text.shape());
        }
        Map<String, CrossContext.Source> sources = new HashMap<>();
        blocks.stream()
                .flatMap(block -> block.onlyCross()
                        ? Stream.of(block.attention1(), block.attention2())
                        : Stream.of(block.attention2()))
                .forEach(attention -> sources.put(attention.name(), attention.project(frame, text)));
        return CrossContext.empty().with(sources);
    }
}
