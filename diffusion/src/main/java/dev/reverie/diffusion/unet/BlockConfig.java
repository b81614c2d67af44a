package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Grouping;
import dev.reverie.diffusion.block.ResnetBlock.TimeInput;

/**
 * What all blocks of a network share.
 *
 * @param norms groups and eps of the group norms
 * @param time the embedding that residual blocks take
 * @param padsAllEdges whether halving convolutions pad all edges, or the lower and right ones only
 */
record BlockConfig(Grouping norms, TimeInput time, boolean padsAllEdges) {}
