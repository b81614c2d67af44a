package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.random.TorchRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors under names of a model, without the model; and files of adapters for it. */
final class FakeModel {
    static final String BLOCK = "down_blocks.0.attentions.0.transformer_blocks.0.";

    /** A tensor [6, 4] of the U-Net. */
    static final String QUERY = BLOCK + "attn1.to_q.weight";

    /** The module of that tensor as kohya-ss/sd-scripts calls it. */
    static final String KOHYA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";

    /** A LoRA of rank 2 for it. */
    static final Tensor DOWN = random(1, 2, 4);

    static final Tensor UP = random(2, 6, 2);

    private final Path folder;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private int files;

    private FakeModel(Path folder) {
        this.folder = folder;
    }

    /** Some of the tensors of a U-Net with one layer a block. */
    static FakeModel unet(Path folder) {
        return new FakeModel(folder)
                .with("conv_in.weight", 6, 4, 3, 3)
                .with("down_blocks.0.resnets.0.conv1.weight", 6, 6, 3, 3)
                .with("down_blocks.0.resnets.0.conv1.bias", 6)
                .with("down_blocks.0.resnets.0.norm1.weight", 6)
                .with("down_blocks.0.attentions.0.proj_in.weight", 6, 6, 1, 1)
                .with(QUERY, 6, 4)
                .with(BLOCK + "attn1.to_out.0.weight", 6, 4)
                .with(BLOCK + "attn1.to_out.0.bias", 6)
                .with("mid_block.resnets.1.time_emb_proj.weight", 6, 4);
    }

    static FakeModel text(Path folder) {
        return new FakeModel(folder)
                .with("text_model.encoder.layers.0.self_attn.q_proj.weight", 6, 4)
                .with("text_model.encoder.layers.0.mlp.fc1.weight", 6, 4)
                .with("text_projection.weight", 6, 4);
    }

    static FakeModel transformer(Path folder) {
        return new FakeModel(folder).with("transformer_blocks.0.attn.to_q.weight", 6, 4);
    }

    static FakeModel empty(Path folder) {
        return new FakeModel(folder);
    }

    FakeModel with(String name, int... sizes) {
        tensors.put(name, random(name.hashCode(), sizes));
        return this;
    }

    /** Tensors of a LoRA for one module, in kohya's words. */
    static Map<String, Tensor> kohya(String module) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(module + ".lora_down.weight", DOWN);
        tensors.put(module + ".lora_up.weight", UP);
        return tensors;
    }

    static Tensor number(float value) {
        return Tensor.of(Shape.of(), new float[] {value});
    }

    static Tensor random(long seed, int... sizes) {
        return new TorchRandom(seed & 0xFFFF).randn(sizes);
    }

    Tensor weight(String name) {
        Tensor weight = tensors.get(name);
        if (weight == null) {
            throw new IllegalArgumentException(name);
        }
        return weight;
    }

    /** The tensor as a model reads it with the LoRAs on. */
    Tensor patched(String part, String name, LoraSet loras) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach(writer::put);
        Path file = folder.resolve("model" + files++ + ".safetensors");
        writer.write(file);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            loras.patch(part, checkpoint);
            Shape shape = weight(name).shape();
            return checkpoint.root().tensor(name, shape);
        }
    }

    /** A file of these tensors. */
    Path file(Map<String, Tensor> adapter) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        adapter.forEach(writer::put);
        Path file = folder.resolve("adapter" + files++ + ".safetensors");
        writer.write(file);
        return file;
    }

    Lora lora(Map<String, Tensor> adapter) throws IOException {
        return Lora.load(file(adapter));
    }
}
