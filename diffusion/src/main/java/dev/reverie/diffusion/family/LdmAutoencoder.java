package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The autoencoder of the original codes (CompVis/latent-diffusion, ldm/modules/diffusionmodules/model.py): levels are
 * numbered by resolution on the way up too, and attention is made of 1x1 convolutions.
 */
final class LdmAutoencoder {
    private static final Map<String, String> ENDS = Map.of(
            "mid.block_1", "mid_block.resnets.0",
            "mid.block_2", "mid_block.resnets.1",
            "mid.block_1.nin_shortcut", "mid_block.resnets.0.conv_shortcut",
            "mid.block_2.nin_shortcut", "mid_block.resnets.1.conv_shortcut",
            "norm_out", "conv_norm_out");
    private static final String ATTENTION = "mid_block.attentions.0";
    private static final Map<String, String> ATTENTION_NAMES =
            Map.of("norm", "group_norm", "q", "to_q", "k", "to_k", "v", "to_v", "proj_out", "to_out.0");

    private final PartTensors tensors;
    private final ModuleNames names = new ModuleNames();

    LdmAutoencoder(PartTensors tensors) {
        this.tensors = tensors;
        for (String half : List.of("encoder", "decoder")) {
            names.putAll(half, half, ENDS);
            names.putAll(half + ".mid.attn_1", half + "." + ATTENTION, ATTENTION_NAMES);
        }
        int levels = levels();
        for (int level = 0; level < levels; level++) {
            nameLevel("encoder.down." + level, "encoder.down_blocks." + level);
            names.put("encoder.down." + level + ".downsample", "encoder.down_blocks." + level + ".downsamplers.0");
            String up = "decoder.up_blocks." + (levels - 1 - level);
            nameLevel("decoder.up." + level, up);
            names.put("decoder.up." + level + ".upsample", up + ".upsamplers.0");
        }
    }

    private void nameLevel(String level, String block) {
        int layers = tensors.count(level + ".block");
        for (int layer = 0; layer < layers; layer++) {
            String old = level + ".block." + layer;
            String now = block + ".resnets." + layer;
            names.put(old, now);
            names.put(old + ".nin_shortcut", now + ".conv_shortcut");
        }
    }

    Map<String, TensorView> views() {
        Map<String, TensorView> views = new TreeMap<>();
        for (Map.Entry<String, TensorEntry> tensor : tensors.all().entrySet()) {
            String name = names.rename(tensor.getKey());
            TensorView view = TensorView.of(tensor.getValue());
            views.put(name, name.contains(ATTENTION) ? linear(view) : view);
        }
        return views;
    }

    /** {@code [out, in, 1, 1] -> [out, in]}. */
    private static TensorView linear(TensorView view) {
        List<Long> shape = view.shape();
        boolean isPoint = shape.size() == 4 && shape.subList(2, 4).equals(List.of(1L, 1L));
        return isPoint ? view.reshaped(shape.subList(0, 2)) : view;
    }

    int levels() {
        return tensors.count("decoder.up");
    }

    /** Channels of each level, the finest first. */
    List<Integer> channels() {
        return IntStream.range(0, levels())
                .mapToObj(level -> tensors.size("decoder.up." + level + ".block.0.conv1.weight", 0))
                .toList();
    }

    int layersPerLevel() {
        return tensors.count("encoder.down.0.block");
    }
}
