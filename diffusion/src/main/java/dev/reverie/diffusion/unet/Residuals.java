package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * What a ControlNet, or several together, add to a U-Net.
 *
 * @param skips one for each skip, the largest first
 * @param middle for the map at the smallest size
 */
public record Residuals(List<Tensor> skips, Tensor middle) {
    public Residuals {
        skips = List.copyOf(skips);
    }

    /** These and others, added up: for several ControlNets at once. */
    public Residuals plus(Frame frame, Residuals others) {
        requireCount(others.skips.size());
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < skips.size(); i++) {
            sums.add(Ops.add(frame, skips.get(i), others.skips.get(i)));
        }
        return new Residuals(sums, Ops.add(frame, middle, others.middle));
    }

    /** Adds in place to a U-Net's maps. */
    void addTo(Collection<Tensor> maps, Tensor smallest) {
        requireCount(maps.size());
        Iterator<Tensor> residual = skips.iterator();
        for (Tensor map : maps) {
            add(map, residual.next());
        }
        add(smallest, middle);
    }

    private static void add(Tensor map, Tensor residual) {
        if (!map.shape().equals(residual.shape())) {
            throw new ShapeException(
                    "a ControlNet's residual %s does not fit the U-Net's map %s; they take one size of sample"
                            .formatted(residual.shape(), map.shape()));
        }
        Ops.addInto(map, residual);
    }

    private void requireCount(int maps) {
        if (maps != skips.size()) {
            throw new IllegalArgumentException(
                    "a ControlNet of %d residuals does not fit a U-Net of %d skips".formatted(skips.size(), maps));
        }
    }
}
