package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ControlNets and T2I-Adapters, one or several together, add to a U-Net.
 *
 * @param skips one for each skip, the largest first; or none
 * @param middle for the map at the smallest size; null without {@code skips}
 * @param stages one for each stage of the way down, added before its map is halved (after that in stages without
 *     attention to the text), and perhaps one for the middle; or none
 */
public record Residuals(List<Tensor> skips, @Nullable Tensor middle, List<Tensor> stages) {
    public Residuals {
        skips = List.copyOf(skips);
        stages = List.copyOf(stages);
    }

    /** A ControlNet's. */
    public static Residuals ofSkips(List<Tensor> skips, Tensor middle) {
        return new Residuals(skips, middle, List.of());
    }

    /** A T2I-Adapter's. */
    public static Residuals ofStages(List<Tensor> stages) {
        return new Residuals(List.of(), null, stages);
    }

    /** These and others, added up: for several networks at once. */
    public Residuals plus(Frame frame, Residuals others) {
        Tensor smallest = middle == null || others.middle == null
                ? (middle == null ? others.middle : middle)
                : Ops.add(frame, middle, others.middle);
        return new Residuals(
                sums(frame, skips, others.skips, "ControlNet"),
                smallest,
                sums(frame, stages, others.stages, "T2I-Adapter"));
    }

    private static List<Tensor> sums(Frame frame, List<Tensor> some, List<Tensor> others, String network) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.isEmpty() ? others : some;
        }
        if (some.size() != others.size()) {
            throw new IllegalArgumentException("a %s of %d residuals and one of %d are not made for one U-Net"
                    .formatted(network, some.size(), others.size()));
        }
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            sums.add(Ops.add(frame, some.get(i), others.get(i)));
        }
        return sums;
    }

    /** Adds a ControlNet's in place to a U-Net's maps. */
    void addTo(Collection<Tensor> maps, Tensor smallest) {
        if (middle == null) {
            return;
        }
        if (maps.size() != skips.size()) {
            throw new IllegalArgumentException("a ControlNet of %d residuals does not fit a U-Net of %d skips"
                    .formatted(skips.size(), maps.size()));
        }
        Iterator<Tensor> residual = skips.iterator();
        for (Tensor map : maps) {
            add("ControlNet", map, residual.next());
        }
        add("ControlNet", smallest, middle);
    }

    static void add(String network, Tensor map, Tensor residual) {
        if (!map.shape().equals(residual.shape())) {
            throw new ShapeException(
                    "a %s's residual %s does not fit the U-Net's map %s; it was made for another kind or size of U-Net"
                            .formatted(network, residual.shape(), map.shape()));
        }
        Ops.addInto(map, residual);
    }
}
