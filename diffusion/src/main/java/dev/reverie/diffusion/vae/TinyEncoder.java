package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** Pictures to latents (huggingface/diffusers, models/autoencoders/vae.py, EncoderTiny). */
record TinyEncoder(List<Stage> stages, Conv out) {

    /** A convolution, that halves the map in all stages but the first, and blocks. */
    record Stage(Conv conv, List<TinyBlock> blocks) {
        Stage {
            blocks = List.copyOf(blocks);
        }
    }

    TinyEncoder {
        stages = List.copyOf(stages);
    }

    /** Reads {@code layers}, which are numbered through. */
    static TinyEncoder load(WeightScope layers, TinyConfig config) {
        int width = config.encoderWidth();
        List<Stage> stages = new ArrayList<>();
        int layer = 0;
        for (int i = 0; i < config.encoderBlocks().size(); i++) {
            boolean last = i == config.encoderBlocks().size() - 1;
            WeightScope scope = layers.at(layer++);
            Conv conv = i == 0
                    ? Conv.load(scope, config.imageChannels(), width, Geometries.THREE)
                    : new Conv(
                            Filter.of(scope.tensor("weight", Shape.of(width, width, 3, 3)), Geometries.HALVING), null);
            List<TinyBlock> blocks = new ArrayList<>();
            for (int block = 0; block < config.encoderBlocks().get(i); block++) {
                blocks.add(TinyBlock.load(layers.at(layer++), width, last ? config.pool() : null));
            }
            stages.add(new Stage(conv, blocks));
        }
        return new TinyEncoder(stages, Conv.load(layers.at(layer), width, config.latentChannels(), Geometries.THREE));
    }

    /** {@code image [N, H, W, 3]}, -1 to 1, to {@code [N, h, w, C]}. */
    Tensor apply(Frame caller, Tensor image, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            MapInPlace map = new MapInPlace(frame, Ops.affine(frame, image, 0.5f, 0.5f), onBlock);
            for (Stage stage : stages) {
                map.become(stage.conv.apply(frame, map.now()));
                stage.blocks.forEach(block -> map.become(block.apply(frame, map.now())));
            }
            map.become(out.apply(frame, map.now()));
            return frame.keep(map.now());
        }
    }
}
