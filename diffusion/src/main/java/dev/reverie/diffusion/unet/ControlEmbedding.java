package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a control image to a sample's size: convolutions with SiLU between them, every second of which halves the map.
 * {@code image [N, H, W, C] -> [N, h, w, first channels of the network]}.
 *
 * @param convs all but the last one
 */
record ControlEmbedding(List<Conv> convs, Conv out, ControlNetConfig config) {

    ControlEmbedding {
        convs = List.copyOf(convs);
    }

    /** Reads {@code conv_in, blocks, conv_out}. */
    static ControlEmbedding load(WeightScope scope, ControlNetConfig config) {
        List<Integer> channels = config.embeddingChannels();
        List<Conv> convs = new ArrayList<>();
        convs.add(Conv.load(scope.at("conv_in"), config.imageChannels(), channels.getFirst(), Geometries.THREE));
        for (int i = 0; i + 1 < channels.size(); i++) {
            int in = channels.get(i);
            WeightScope blocks = scope.at("blocks");
            convs.add(Conv.load(blocks.at(2 * i), in, in, Geometries.THREE));
            convs.add(Conv.load(blocks.at(2 * i + 1), in, channels.get(i + 1), Geometries.HALVING));
        }
        int first = config.encoder().stages().getFirst().channels();
        return new ControlEmbedding(
                convs, Conv.load(scope.at("conv_out"), channels.getLast(), first, Geometries.THREE), config);
    }

    Tensor apply(Frame caller, Tensor image) {
        if (image.shape().rank() != 4 || image.dim(3) != config.imageChannels()) {
            throw new ShapeException("controlnet: an image [N, H, W, %d] is wanted; got %s"
                    .formatted(config.imageChannels(), image.shape()));
        }
        try (Frame frame = caller.frame()) {
            Tensor h = config.blueFirst() ? reversed(frame, image) : image;
            for (Conv conv : convs) {
                Tensor before = h;
                h = conv.apply(frame, before);
                Ops.activateInto(h, Activation.SILU);
                if (before != image) {
                    frame.release(before);
                }
            }
            return frame.keep(out.apply(frame, h));
        }
    }

    /** The three colours in the other order. */
    private static Tensor reversed(Frame frame, Tensor image) {
        return Ops.concat(
                frame,
                Ops.columns(frame, image, 2, 3),
                Ops.columns(frame, image, 1, 2),
                Ops.columns(frame, image, 0, 1));
    }
}
