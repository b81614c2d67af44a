package dev.reverie.diffusion.block;

import dev.reverie.nn.GroupNorm;
import dev.reverie.tensor.io.WeightScope;

/**
 * What all group norms of a network share.
 *
 * @param groups groups of neighbouring channels
 * @param eps added to variances
 */
public record Grouping(int groups, double eps) {
    public Grouping {
        if (groups < 1 || !(eps > 0) || eps > 1) {
            throw new IllegalArgumentException(
                    "norm_num_groups %d must be positive, norm_eps %s between 0 and 1".formatted(groups, eps));
        }
    }

    /** Refuses channels that do not divide into the groups. */
    public void requireDivides(int channels) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(
                    "block_out_channels %d is not a multiple of norm_num_groups %d".formatted(channels, groups));
        }
    }

    /** Reads {@code weight [channels]} and {@code bias [channels]}. */
    public GroupNorm load(WeightScope scope, int channels) {
        return GroupNorm.load(scope, channels, groups, eps);
    }
}
