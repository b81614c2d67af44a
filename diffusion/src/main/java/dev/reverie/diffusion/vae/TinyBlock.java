package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.nn.GroupNorm;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * Three convolutions with ReLU between them, beside a shortcut, then ReLU: {@code x [N, H, W, C] -> [N, H, W, C]}
 * (huggingface/diffusers, models/unets/unet_2d_blocks.py, AutoencoderTinyBlock; madebyollin/taesd, taesd.py).
 */
record TinyBlock(@Nullable Pool pool, Conv first, Conv second, Conv third) {

    /** What some blocks begin with: x plus a wider layer that is normalised over the whole map. */
    record Pool(Conv wider, GroupNorm norm, Conv back) {
        static Pool load(WeightScope scope, int width, TinyConfig.Pool config) {
            int inner = width * config.expansion();
            return new Pool(
                    withoutBias(scope.at(0), width, inner),
                    GroupNorm.load(scope.at(1), inner, config.groups(), config.eps()),
                    withoutBias(scope.at(3), inner, width));
        }

        private static Conv withoutBias(WeightScope scope, int in, int out) {
            return new Conv(Filter.of(scope.tensor("weight", Shape.of(out, in, 1, 1)), Geometries.POINT), null);
        }

        Tensor apply(Frame caller, Tensor x) {
            try (Frame frame = caller.frame()) {
                Tensor h = norm.apply(frame, wider.apply(frame, x));
                Ops.activateInto(h, Activation.RELU);
                return frame.keep(back.apply(frame, h, x));
            }
        }
    }

    /** Reads {@code conv.0, conv.2, conv.4} and, where {@code poolConfig} is given, {@code pool}. */
    static TinyBlock load(WeightScope scope, int width, TinyConfig.@Nullable Pool poolConfig) {
        WeightScope convs = scope.at("conv");
        return new TinyBlock(
                poolConfig == null ? null : Pool.load(scope.at("pool"), width, poolConfig),
                Conv.load(convs.at(0), width, width, Geometries.THREE),
                Conv.load(convs.at(2), width, width, Geometries.THREE),
                Conv.load(convs.at(4), width, width, Geometries.THREE));
    }

    Tensor apply(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            Tensor in = pool == null ? x : pool.apply(frame, x);
            Tensor a = first.apply(frame, in);
            Ops.activateInto(a, Activation.RELU);
            Tensor b = second.apply(frame, a);
            frame.release(a);
            Ops.activateInto(b, Activation.RELU);
            Tensor y = third.apply(frame, b, in);
            Ops.activateInto(y, Activation.RELU);
            return frame.keep(y);
        }
    }
}
