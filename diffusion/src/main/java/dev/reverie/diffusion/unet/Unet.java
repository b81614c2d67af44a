package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.unet.UnetEncoder.Features;
import dev.reverie.nn.Conv;
import dev.reverie.nn.GroupNorm;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The U-Net that predicts noise (Ronneberger et al., arXiv 1505.04597; Rombach et al., arXiv 2112.10752): Stable
 * Diffusion 1 and 2, SDXL and its refiner, inpainting, distilled and unconditional ones, under the names and with the
 * options of huggingface/diffusers, models/unets/unet_2d_condition.py and unet_2d.py.
 *
 * <p>Immutable; threads may share it.
 */
public final class Unet {
    private final UnetEncoder encoder;
    private final List<UpBlock> upBlocks;
    private final GroupNorm normOut;
    private final Conv convOut;
    private final CrossAttentions crossAttentions;
    private final UnetConfig config;

    private Unet(UnetEncoder encoder, List<UpBlock> upBlocks, GroupNorm normOut, Conv convOut, UnetConfig config) {
        this.encoder = encoder;
        this.upBlocks = List.copyOf(upBlocks);
        this.normOut = normOut;
        this.convOut = convOut;
        this.config = config;
        Stream<TransformerBlock> up = this.upBlocks.stream().flatMap(b -> UnetEncoder.transformers(b.layers()));
        this.crossAttentions =
                new CrossAttentions(Stream.of(encoder.downTransformers(), up, encoder.middleTransformers())
                        .flatMap(blocks -> blocks)
                        .toList());
    }

    /** Reads the tensors of a {@code UNet2DConditionModel} or {@code UNet2DModel}. */
    public static Unet load(WeightScope scope, UnetConfig config) {
        BlockConfig blocks = config.encoder().blocks();
        List<UpBlock> up = new ArrayList<>();
        int in = config.up().getFirst().channels();
        for (int i = 0; i < config.up().size(); i++) {
            Stage stage = config.up().get(i);
            boolean last = i == config.up().size() - 1;
            int lastSkip = last ? stage.channels() : config.up().get(i + 1).channels();
            up.add(UpBlock.load(scope.at("up_blocks").at(i), stage, in, lastSkip, blocks, last));
            in = stage.channels();
        }
        return new Unet(
                UnetEncoder.load(scope, config.encoder()),
                up,
                blocks.norms().load(scope.at("conv_norm_out"), in),
                Conv.load(scope.at("conv_out"), in, config.outChannels(), Geometries.same(config.outKernel())),
                config);
    }

    public UnetConfig config() {
        return config;
    }

    /** The cross attentions in the order down, up, middle, in which IP-Adapters number them. */
    public List<CrossContext.Site> crossSites() {
        return crossAttentions.sites();
    }

    /**
     * What the cross attentions see of {@code text [N, L, D]}, for all steps of a run; valid as long as {@code frame} is
     * open.
     */
    public CrossContext context(Frame frame, Tensor text) {
        return crossAttentions.context(frame, text);
    }

    /**
     * Predicts what the model was trained for (noise, velocity ..): {@code sample [N, H, W, in] -> [N, H, W, out]}. Any
     * height and width will do: on the way up maps get the sizes that they had on the way down.
     *
     * @param timesteps {@code [N]}, each sample's
     * @param conditions text and whatever else the network wants
     * @param control what ControlNets and T2I-Adapters add; or null
     * @param onBlock called before each block; what it throws ends the pass
     */
    public Tensor apply(
            Frame caller,
            Tensor sample,
            Tensor timesteps,
            Conditions conditions,
            @Nullable Residuals control,
            Runnable onBlock) {
        UnetEncoder.Pass pass =
                new UnetEncoder.Pass(conditions, control == null ? List.of() : control.stages(), onBlock);
        try (Frame frame = caller.frame()) {
            Features features = encoder.apply(frame, sample, null, timesteps, pass);
            Tensor x = features.middle();
            if (control != null) {
                control.addTo(features.skips(), x);
            }
            for (UpBlock block : upBlocks) {
                onBlock.run();
                x = block.apply(frame, x, features.time(), conditions.context(), features.skips());
            }
            return frame.keep(convOut.apply(frame, normOut.apply(frame, x, new After.Silu())));
        }
    }
}
