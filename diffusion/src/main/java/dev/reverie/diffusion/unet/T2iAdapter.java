package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small network whose maps of a control image are added within the stages of a U-Net's way down (Mou et al., arXiv
 * 2302.08453; huggingface/diffusers, models/adapter.py, T2IAdapter). It sees neither sample nor time: its maps are the
 * same for all steps.
 *
 * <p>Immutable; threads may share it.
 *
 * @param convIn null in light adapters
 */
public record T2iAdapter(@Nullable Conv convIn, List<T2iAdapterBlock> blocks, T2iAdapterConfig config)
        implements ControlModel {

    public T2iAdapter {
        blocks = List.copyOf(blocks);
    }

    /** Reads the tensors of a {@code T2IAdapter}. */
    public static T2iAdapter load(WeightScope network, T2iAdapterConfig config) {
        WeightScope scope = network.at("adapter");
        int pixels = config.imageChannels() * config.imageFactor() * config.imageFactor();
        int first = config.channels().getFirst();
        return switch (config.kind()) {
            case LIGHT -> new T2iAdapter(null, light(scope.at("body"), config, pixels), config);
            case FULL, FULL_XL ->
                new T2iAdapter(
                        Conv.load(scope.at("conv_in"), pixels, first, Geometries.THREE),
                        full(scope.at("body"), config),
                        config);
        };
    }

    private static List<T2iAdapterBlock> full(WeightScope body, T2iAdapterConfig config) {
        List<T2iAdapterBlock> blocks = new ArrayList<>();
        int in = config.channels().getFirst();
        for (int i = 0; i < config.channels().size(); i++) {
            int out = config.channels().get(i);
            boolean halves = config.kind() == T2iAdapterConfig.Kind.FULL_XL ? i == 2 : i > 0;
            blocks.add(T2iAdapterBlock.load(body.at(i), in, out, config.layers(), halves));
            in = out;
        }
        return blocks;
    }

    private static List<T2iAdapterBlock> light(WeightScope body, T2iAdapterConfig config, int pixels) {
        List<Integer> outs = new ArrayList<>(config.channels());
        outs.add(outs.getLast());
        List<T2iAdapterBlock> blocks = new ArrayList<>();
        int in = pixels;
        for (int i = 0; i < outs.size(); i++) {
            blocks.add(T2iAdapterBlock.loadLight(body.at(i), in, outs.get(i), config.layers(), i > 0));
            in = outs.get(i);
        }
        return blocks;
    }

    /**
     * What a U-Net is to add, the same at all steps: a map for each stage, and where there is one more than stages one
     * for the middle.
     *
     * @param image {@code [N, H, W, 3]}, values 0 to 1
     * @param scale of all maps
     */
    public Residuals residuals(Frame frame, Tensor image, float scale) {
        List<Tensor> maps = new ArrayList<>();
        for (Tensor map : maps(frame, image)) {
            maps.add(Ops.scale(frame, map, scale));
        }
        return Residuals.ofStages(maps);
    }

    /** The network's maps, the largest first. */
    public List<Tensor> maps(Frame frame, Tensor image) {
        Tensor x = unshuffled(frame, seen(frame, image));
        x = convIn == null ? x : convIn.apply(frame, x);
        List<Tensor> maps = new ArrayList<>();
        for (T2iAdapterBlock block : blocks) {
            x = block.apply(frame, x);
            maps.add(x);
        }
        return maps;
    }

    /** The image with as many channels as the network takes: adapters for sketches see its grey. */
    private Tensor seen(Frame frame, Tensor image) {
        int channels = image.shape().rank() == 4 ? image.dim(3) : 0;
        if (channels == config.imageChannels()) {
            return image;
        }
        if (channels != 3) {
            throw new ShapeException("t2i-adapter: an image [N, H, W, %d] is wanted; got %s"
                    .formatted(config.imageChannels(), image.shape()));
        }
        return Ops.scaledSum(
                frame,
                1,
                Ops.scale(frame, Ops.columns(frame, image, 0, 1), 0.299f),
                Ops.scale(frame, Ops.columns(frame, image, 1, 2), 0.587f),
                Ops.scale(frame, Ops.columns(frame, image, 2, 3), 0.114f));
    }

    /** Blocks of places as channels, those of a colour together: {@code [N, H, W, C] -> [N, H / f, W / f, C f f]}. */
    private Tensor unshuffled(Frame frame, Tensor x) {
        int f = config.imageFactor();
        if (x.dim(1) % f != 0 || x.dim(2) % f != 0) {
            throw new IllegalArgumentException("%d x %d pixels: this T2I-Adapter looks at pictures in units of %d"
                    .formatted(x.dim(2), x.dim(1), f));
        }
        int channels = x.dim(3);
        Tensor blocks = frame.tensor(x.dim(0), x.dim(1) / f, x.dim(2) / f, channels * f * f);
        if (frame.isMeasuring()) {
            return blocks;
        }
        int perBlock = channels * f * f;
        for (int i = 0; i < x.elementCount(); i++) {
            int channel = i % channels;
            int column = i / channels % x.dim(2);
            int row = i / channels / x.dim(2); // of all samples: their heights are multiples of f
            int block = row / f * blocks.dim(2) + column / f;
            int within = (channel * f + row % f) * f + column % f;
            blocks.data()[blocks.offset() + block * perBlock + within] = x.get(i);
        }
        return blocks;
    }
}
