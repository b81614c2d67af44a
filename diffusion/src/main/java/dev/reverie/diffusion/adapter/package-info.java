/**
 * Small networks that change a large one.
 *
 * <p>A LoRA changes weights while they are loaded: {@link dev.reverie.diffusion.adapter.LoraSet} patches a checkpoint,
 * and a part that was loaded without it has nothing of it. An IP-Adapter stands beside the network and gives its cross
 * attentions more to look at, run by run: tokens {@code [N, L, C]}.
 *
 * <p>Sources: Hu et al., arXiv 2106.09685; Ye et al., arXiv 2308.06721; for the dialects of files huggingface/peft,
 * kohya-ss/sd-scripts and huggingface/diffusers, loaders.
 */
@NullMarked
package dev.reverie.diffusion.adapter;

import org.jspecify.annotations.NullMarked;
