package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;

/** A residual block and the attention after it: {@code x [N, H, W, in] -> [N, H, W, C]}. */
record Layer(ResnetBlock resnet, SpatialAttention attention) {

    /** {@code time [N, E]} is the activated embedding of the time. */
    Tensor apply(Frame caller, Tensor x, Tensor time, CrossContext context) {
        try (Frame frame = caller.frame()) {
            return frame.keep(attention.apply(frame, resnet.apply(frame, x, time), context));
        }
    }
}
