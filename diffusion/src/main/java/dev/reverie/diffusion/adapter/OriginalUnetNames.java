package dev.reverie.diffusion.adapter;

import dev.reverie.diffusion.unet.OriginalNames;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of a U-Net's modules in the code of CompVis/latent-diffusion and Stability-AI/generative-models
 * (openaimodel.py), where blocks are numbered through: {@code input_blocks.4.1} for {@code down_blocks.1.attentions.0}.
 */
final class OriginalUnetNames {
    private static final Pattern BLOCK = Pattern.compile(
            "(down|up)_blocks\\.(\\d{1,3})\\.(resnets|attentions|downsamplers|upsamplers)\\.(\\d{1,3})\\.(.+)");
    private static final Pattern MIDDLE = Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d{1,3})\\.(.+)");

    private final Set<String> tensors;
    private final int layers;

    /** Of a U-Net with tensors of these names. */
    OriginalUnetNames(Set<String> tensors) {
        this.tensors = tensors;
        int count = 0;
        while (tensors.contains("down_blocks.0.resnets." + count + ".conv1.weight")) {
            count++;
        }
        this.layers = count;
    }

    /** The original name of a module, or null where it had none. */
    @Nullable
    String of(String module) {
        Matcher block = BLOCK.matcher(module);
        if (block.matches()) {
            return inBlock(block);
        }
        Matcher middle = MIDDLE.matcher(module);
        if (middle.matches()) {
            boolean isResnet = middle.group(1).equals("resnets");
            int index = 2 * Integer.parseInt(middle.group(2)) + (isResnet ? 0 : 1);
            return "middle_block." + index + "." + inner(isResnet, middle.group(3));
        }
        return OriginalNames.OUTSIDE.get(module);
    }

    /** Of L layers, block b of the way down has numbers from 1 + b (L + 1), of the way up from b (L + 1). */
    private String inBlock(Matcher matched) {
        boolean isDown = matched.group(1).equals("down");
        int block = Integer.parseInt(matched.group(2));
        int index = Integer.parseInt(matched.group(4));
        int first = block * (layers + 1);
        String rest = matched.group(5);
        return switch (matched.group(3)) {
            case "downsamplers" -> "input_blocks." + (first + layers + 1) + ".0." + rest.replaceFirst("^conv", "op");
            case "upsamplers" -> {
                boolean attends = tensors.contains("up_blocks." + block + ".attentions.0.norm.weight");
                yield "output_blocks." + (first + layers) + (attends ? ".2." : ".1.") + rest;
            }
            case "resnets" -> side(isDown, first + index) + ".0." + inner(true, rest);
            default -> side(isDown, first + index) + ".1." + rest;
        };
    }

    private static String side(boolean isDown, int number) {
        return isDown ? "input_blocks." + (number + 1) : "output_blocks." + number;
    }

    private static String inner(boolean isResnet, String name) {
        return isResnet ? OriginalNames.RESNET.getOrDefault(name, name) : name;
    }
}
