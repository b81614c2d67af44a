package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.block.Upsample;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Latents to pictures (huggingface/diffusers, models/autoencoders/vae.py, DecoderTiny). */
record TinyDecoder(Conv in, List<Stage> stages, Conv out) {

    /** Latents are bent to lie within this bound. */
    private static final float BOUND = 3;

    /** Blocks of one size, then twice that size; the last stage keeps its size. */
    record Stage(List<TinyBlock> blocks, @Nullable Upsample upsample) {
        Stage {
            blocks = List.copyOf(blocks);
        }
    }

    TinyDecoder {
        stages = List.copyOf(stages);
    }

    /** Reads {@code layers}, which are numbered through; activations and enlargements count as layers. */
    static TinyDecoder load(WeightScope layers, TinyConfig config) {
        int width = config.decoderWidth();
        List<Stage> stages = new ArrayList<>();
        int layer = 2;
        for (int i = 0; i < config.decoderBlocks().size(); i++) {
            List<TinyBlock> blocks = new ArrayList<>();
            for (int block = 0; block < config.decoderBlocks().get(i); block++) {
                blocks.add(TinyBlock.load(layers.at(layer++), width, i == 0 ? config.pool() : null));
            }
            boolean last = i == config.decoderBlocks().size() - 1;
            if (last) {
                stages.add(new Stage(blocks, null));
            } else {
                Tensor filter = layers.at(layer + 1).tensor("weight", Shape.of(width, width, 3, 3));
                stages.add(new Stage(blocks, new Upsample(new Conv(Filter.of(filter, Geometries.THREE), null))));
                layer += 2;
            }
        }
        return new TinyDecoder(
                Conv.load(layers.at(0), config.latentChannels(), width, Geometries.THREE),
                stages,
                Conv.load(layers.at(layer), width, config.imageChannels(), Geometries.THREE));
    }

    /** {@code latents [N, h, w, C]} to {@code [N, H, W, 3]}, -1 to 1. */
    Tensor apply(Frame caller, Tensor latents, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            MapInPlace map = new MapInPlace(frame, entered(frame, latents), onBlock);
            for (Stage stage : stages) {
                stage.blocks.forEach(block -> map.become(block.apply(frame, map.now())));
                if (stage.upsample != null) {
                    map.become(stage.upsample.apply(frame, map.now()));
                }
            }
            map.become(out.apply(frame, map.now()));
            map.become(Ops.affine(frame, map.now(), 2, -1));
            return frame.keep(map.now());
        }
    }

    private Tensor entered(Frame caller, Tensor latents) {
        try (Frame frame = caller.frame()) {
            Tensor bent = Ops.scale(frame, latents, 1 / BOUND);
            Ops.activateInto(bent, Activation.TANH);
            Tensor x = frame.keep(in.apply(frame, Ops.scale(frame, bent, BOUND)));
            Ops.activateInto(x, Activation.RELU);
            return x;
        }
    }
}
