package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the cross attentions of a network look at, by the attention's name: the text, and pictures where an adapter adds
 * some. Keys and values are projected once for all steps of a run and live as long as the frame that they came from.
 *
 * @param sources of each attention; their results are added up
 */
public record CrossContext(Map<String, List<Source>> sources) {

    /**
     * One thing to look at, in one attention.
     *
     * @param keys {@code [N, L, C]}
     * @param values {@code [N, L, C]}
     * @param scale of this source's part of the result
     * @param mask where in the map the source counts, {@code [1, height, width, 1]}, at any size; or null
     */
    public record Source(
            Tensor keys,
            Tensor values,
            float scale,
            @Nullable Tensor mask) {

        /** A source that counts fully and everywhere. */
        public static Source of(Tensor keys, Tensor values) {
            return new Source(keys, values, 1, null);
        }

        /** {@code query [N, places, C] -> [N, places, C]}. */
        Tensor attend(Frame caller, Tensor query, int heads) {
            float temperature = (float) (1 / Math.sqrt((double) query.dim(2) / heads));
            try (Frame frame = caller.frame()) {
                Tensor seen = Heads.attention(frame, query, keys, values, heads, temperature, null, false);
                Tensor scaled = scale == 1 ? seen : Ops.scale(frame, seen, scale);
                return frame.keep(mask == null ? scaled : Ops.multiply(frame, scaled, masked(frame, mask, scaled)));
            }
        }

        /** The mask at the map's size and of its shape; its height follows from the mask's proportions, as in diffusers. */
        private static Tensor masked(Frame frame, Tensor mask, Tensor map) {
            int places = map.dim(1);
            double ratio = (double) mask.dim(2) / mask.dim(1);
            int height = Math.max(1, (int) Math.sqrt(places / ratio));
            height += places % height == 0 ? 0 : 1;
            Tensor resized = Resampling.resize(frame, mask, Interpolation.CUBIC, height, places / height);
            Tensor whole = frame.tensor(map.shape());
            if (!frame.isMeasuring()) {
                for (int row = 0; row < map.dim(0) * places; row++) {
                    int place = row % places;
                    int from = whole.offset() + row * map.dim(2);
                    float value = place < resized.elementCount() ? resized.get(place) : 0;
                    Arrays.fill(whole.data(), from, from + map.dim(2), value);
                }
            }
            return whole;
        }
    }

    /** A cross attention: its name in the network, which is its prefix in a checkpoint, and the width of its keys. */
    public record Site(String name, int width) {}

    public CrossContext {
        sources = Map.copyOf(sources);
    }

    /** Nothing to look at. */
    public static CrossContext empty() {
        return new CrossContext(Map.of());
    }

    /** This context and one more source for some of the attentions. */
    public CrossContext with(Map<String, Source> more) {
        Map<String, List<Source>> all = new HashMap<>(sources);
        more.forEach((name, source) -> {
            List<Source> joined = new ArrayList<>(all.getOrDefault(name, List.of()));
            joined.add(source);
            all.put(name, List.copyOf(joined));
        });
        return new CrossContext(all);
    }

    /** The sources of one attention, at least one, for a map of {@code batch} samples. */
    List<Source> of(String name, int batch) {
        List<Source> found = sources.get(name);
        if (found == null) {
            throw new IllegalArgumentException("the context was not made for this network: it has nothing for " + name);
        }
        for (Source source : found) {
            Shape keys = source.keys.shape();
            if (keys.dim(0) != batch) {
                throw new IllegalArgumentException(
                        "%d samples, but a context of %d texts or pictures, %s".formatted(batch, keys.dim(0), keys));
            }
        }
        return found;
    }
}
