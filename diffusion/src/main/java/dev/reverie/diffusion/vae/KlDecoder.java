package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.diffusion.block.Upsample;
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
 * Latents to pictures, {@code [N, h, w, C] -> [N, H, W, 3]} (huggingface/diffusers, models/autoencoders/vae.py,
 * Decoder). Each size is a stage of the workspace's, so that memory of smaller maps is let go.
 */
record KlDecoder(Conv convIn, KlMiddle middle, List<Stage> stages, GroupNorm normOut, Conv convOut) {

    /** Residual blocks of one size, then twice that size; the last stage keeps its size. */
    record Stage(List<ResnetBlock> resnets, @Nullable Upsample upsample) {
        Stage {
            resnets = List.copyOf(resnets);
        }
    }

    KlDecoder {
        stages = List.copyOf(stages);
    }

    /** Reads {@code conv_in, mid_block, up_blocks, conv_norm_out, conv_out}. */
    static KlDecoder load(WeightScope scope, KlConfig config) {
        List<Integer> channels = config.channels().reversed();
        List<Stage> stages = new ArrayList<>();
        int in = channels.getFirst();
        for (int i = 0; i < channels.size(); i++) {
            boolean last = i == channels.size() - 1;
            stages.add(stage(scope.at("up_blocks").at(i), config, in, channels.get(i), last));
            in = channels.get(i);
        }
        return new KlDecoder(
                Conv.load(scope.at("conv_in"), config.latentChannels(), channels.getFirst(), Geometries.THREE),
                KlMiddle.load(scope.at("mid_block"), config),
                stages,
                config.norms().load(scope.at("conv_norm_out"), in),
                Conv.load(scope.at("conv_out"), in, config.imageChannels(), Geometries.THREE));
    }

    private static Stage stage(WeightScope scope, KlConfig config, int in, int out, boolean last) {
        List<ResnetBlock> resnets = new ArrayList<>();
        for (int i = 0; i <= config.layers(); i++) {
            resnets.add(ResnetBlock.load(scope.at("resnets").at(i), i == 0 ? in : out, out, config.norms(), null));
        }
        return new Stage(resnets, last ? null : Upsample.load(scope.at("upsamplers.0"), out));
    }

    Tensor apply(Frame caller, Tensor latents, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            MapInPlace map = new MapInPlace(frame, convIn.apply(frame, latents), onBlock);
            map.become(middle.apply(frame, map.now()));
            for (int i = 0; i < stages.size(); i++) {
                Stage stage = stages.get(i);
                frame.workspace().stageOfManySizes("decoder " + i);
                stage.resnets.forEach(resnet -> map.become(resnet.apply(frame, map.now(), null)));
                if (stage.upsample != null) {
                    map.become(stage.upsample.apply(frame, map.now()));
                }
            }
            map.become(normOut.apply(frame, map.now(), new After.Silu()));
            map.become(convOut.apply(frame, map.now()));
            return frame.keep(map.now());
        }
    }
}
