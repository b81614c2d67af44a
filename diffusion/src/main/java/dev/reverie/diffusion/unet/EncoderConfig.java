package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Grouping;
import dev.reverie.diffusion.block.ResnetBlock.TimeInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of the way down and the middle.
 *
 * @param inChannels of a sample
 * @param inKernel taps a side of the first convolution, odd
 * @param time how times are embedded
 * @param normGroups groups of the group norms; they divide the channels of all stages
 * @param normEps added to their variances
 * @param scaleAndShift whether the time also scales ({@code resnet_time_scale_shift} is {@code scale_shift})
 * @param padsAllEdges whether halving convolutions pad all edges, or the lower and right ones only
 * @param stages the largest map first
 * @param middle with 0 layers where one residual block is all; null where there is none
 */
public record EncoderConfig(
        int inChannels,
        int inKernel,
        TimeConfig time,
        int normGroups,
        double normEps,
        boolean scaleAndShift,
        boolean padsAllEdges,
        List<Stage> stages,
        @Nullable Stage middle) {

    public EncoderConfig {
        stages = List.copyOf(stages);
        Stage.requireBetween("in_channels", inChannels, 1, 8192);
        requireKernel("conv_in_kernel", inKernel);
        Stage.requireBetween("number of down_block_types", stages.size(), 1, 16);
        Grouping norms = new Grouping(normGroups, normEps);
        for (Stage stage : stages) {
            norms.requireDivides(stage.channels());
            Stage.requireBetween("layers_per_block", stage.layers(), 1, 100);
        }
    }

    static void requireKernel(String option, int kernel) {
        if (kernel < 1 || kernel > 15 || kernel % 2 == 0) {
            throw new IllegalArgumentException("%s %d must be odd, from 1 to 15".formatted(option, kernel));
        }
    }

    BlockConfig blocks() {
        return new BlockConfig(
                new Grouping(normGroups, normEps), new TimeInput(time.width(), scaleAndShift), padsAllEdges);
    }
}
