package dev.reverie.diffusion.family;

import dev.reverie.diffusion.unet.OriginalNames;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The U-Net of the original codes (CompVis/latent-diffusion, ldm/modules/diffusionmodules/openaimodel.py; Stability-AI/
 * generative-models): lists of blocks, numbered through all stages. What a block is and where a stage ends is read from
 * the tensors' names.
 */
final class LdmUnet {
    private static final Map<String, String> RESNET = inverse(OriginalNames.RESNET);

    /**
     * Blocks of equal resolution.
     *
     * @param depth transformer layers of each attention; 0 without attention
     */
    record Stage(int channels, int layers, int depth) {}

    private final PartTensors tensors;
    private final ModuleNames names = new ModuleNames();
    private final List<Stage> stages = new ArrayList<>();

    LdmUnet(PartTensors tensors) {
        this.tensors = tensors;
        OriginalNames.OUTSIDE.forEach((name, original) -> names.put(original, name));
        nameDown();
        nameMiddle();
        nameUp();
    }

    Map<String, TensorView> views() {
        Map<String, TensorView> views = new TreeMap<>();
        for (Map.Entry<String, TensorEntry> tensor : tensors.all().entrySet()) {
            views.put(names.rename(tensor.getKey()), TensorView.of(tensor.getValue()));
        }
        return views;
    }

    /** On the way down. */
    List<Stage> stages() {
        return stages;
    }

    int middleDepth() {
        return tensors.count("middle_block.1.transformer_blocks");
    }

    /** Width of the states that the first cross attention looks at; 0 without one. */
    int contextWidth() {
        return tensors.all().keySet().stream()
                .filter(name -> name.endsWith(".attn2.to_k.weight"))
                .findFirst()
                .map(name -> tensors.size(name, 1))
                .orElse(0);
    }

    /** Whether the projections around transformers are linear layers, not 1x1 convolutions. */
    boolean projectsLinearly() {
        return tensors.rank("middle_block.1.proj_in.weight") == 2;
    }

    private static Map<String, String> inverse(Map<String, String> names) {
        return names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    private void nameDown() {
        int blocks = tensors.count("input_blocks");
        int layers = 0;
        for (int i = 1; i < blocks; i++) {
            String block = "input_blocks." + i;
            String stage = "down_blocks." + stages.size();
            if (tensors.hasModule(block + ".0.op")) {
                names.put(block + ".0.op", stage + ".downsamplers.0.conv");
                stages.add(stage(i - 1, layers));
                layers = 0;
            } else {
                nameLayer(block, stage, layers++);
            }
        }
        stages.add(stage(blocks - 1, layers));
    }

    private Stage stage(int lastBlock, int layers) {
        String block = "input_blocks." + lastBlock;
        return new Stage(
                tensors.size(block + ".0.out_layers.3.weight", 0),
                layers,
                tensors.count(block + ".1.transformer_blocks"));
    }

    private void nameMiddle() {
        names.putAll("middle_block.0", "mid_block.resnets.0", RESNET);
        names.put("middle_block.1", "mid_block.attentions.0");
        names.putAll("middle_block.2", "mid_block.resnets.1", RESNET);
    }

    /** A stage's last block holds the upsampler besides, after the attention or in its place. */
    private void nameUp() {
        int blocks = tensors.count("output_blocks");
        int stage = 0;
        int layer = 0;
        for (int i = 0; i < blocks; i++) {
            String block = "output_blocks." + i;
            String now = "up_blocks." + stage;
            nameLayer(block, now, layer++);
            for (String upsampler : List.of(block + ".1.conv", block + ".2.conv")) {
                if (tensors.hasModule(upsampler)) {
                    names.put(upsampler, now + ".upsamplers.0.conv");
                    stage++;
                    layer = 0;
                }
            }
        }
    }

    private void nameLayer(String block, String stage, int layer) {
        names.putAll(block + ".0", stage + ".resnets." + layer, RESNET);
        if (tensors.hasModule(block + ".1.proj_in")) {
            names.put(block + ".1", stage + ".attentions." + layer);
        }
    }
}
