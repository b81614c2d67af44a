package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.nn.Conv;
import dev.reverie.nn.GroupNorm;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures to means and logarithms of variances, {@code [N, H, W, 3] -> [N, h, w, 2 C]} (huggingface/diffusers,
 * models/autoencoders/vae.py, Encoder).
 */
record KlEncoder(Conv convIn, List<Stage> stages, KlMiddle middle, GroupNorm normOut, Conv convOut) {

    /** Residual blocks of one size, then half of it; the last stage keeps its size. */
    record Stage(List<ResnetBlock> resnets, @Nullable Conv downsample) {
        Stage {
            resnets = List.copyOf(resnets);
        }
    }

    KlEncoder {
        stages = List.copyOf(stages);
    }

    /** Reads {@code conv_in, down_blocks, mid_block, conv_norm_out, conv_out}. */
    static KlEncoder load(WeightScope scope, KlConfig config) {
        List<Stage> stages = new ArrayList<>();
        int in = config.channels().getFirst();
        for (int i = 0; i < config.channels().size(); i++) {
            stages.add(stage(scope.at("down_blocks").at(i), config, i, in));
            in = config.channels().get(i);
        }
        return new KlEncoder(
                Conv.load(
                        scope.at("conv_in"),
                        config.imageChannels(),
                        config.channels().getFirst(),
                        Geometries.THREE),
                stages,
                KlMiddle.load(scope.at("mid_block"), config),
                config.norms().load(scope.at("conv_norm_out"), in),
                Conv.load(scope.at("conv_out"), in, 2 * config.latentChannels(), Geometries.THREE));
    }

    private static Stage stage(WeightScope scope, KlConfig config, int index, int in) {
        int out = config.channels().get(index);
        List<ResnetBlock> resnets = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            resnets.add(ResnetBlock.load(scope.at("resnets").at(i), i == 0 ? in : out, out, config.norms(), null));
        }
        boolean last = index == config.channels().size() - 1;
        WeightScope downsampler = scope.at("downsamplers.0.conv");
        return new Stage(resnets, last ? null : Conv.load(downsampler, out, out, Geometries.HALVING_PADDED_AFTER));
    }

    Tensor apply(Frame caller, Tensor image, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            MapInPlace map = new MapInPlace(frame, convIn.apply(frame, image), onBlock);
            for (Stage stage : stages) {
                stage.resnets.forEach(resnet -> map.become(resnet.apply(frame, map.now(), null)));
                if (stage.downsample != null) {
                    map.become(stage.downsample.apply(frame, map.now()));
                }
            }
            map.become(middle.apply(frame, map.now()));
            map.become(normOut.apply(frame, map.now(), new After.Silu()));
            map.become(convOut.apply(frame, map.now()));
            return frame.keep(map.now());
        }
    }
}
