package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.random.TorchRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Networks and adapters for the toy model of the golden cases, of random weights: nothing but noise, but all code runs. */
final class ToyParts {
    private static final Path GOLDENS = Path.of(System.getProperty("project.root"), "goldens");

    private final TorchRandom random = new TorchRandom(5);
    private final Path folder;

    ToyParts(Path folder) {
        this.folder = folder;
    }

    static Path model() {
        return GOLDENS.resolve("pipeline/sd21-v");
    }

    static Path t2iAdapter() {
        return GOLDENS.resolve("pipeline/sd21-t2i-adapter/adapter");
    }

    /** A ControlNet as training begins with: a copy of the network's way down, and convolutions of its own. */
    Path controlNet() throws IOException {
        Path net = Files.createDirectories(folder.resolve("control"));
        Files.writeString(net.resolve("config.json"), """
                {"_class_name": "ControlNetModel", "block_out_channels": [16, 24], "layers_per_block": 1,
                 "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "attention_head_dim": [2, 4],
                 "norm_num_groups": 8, "cross_attention_dim": 24, "use_linear_projection": true,
                 "conditioning_embedding_out_channels": [4, 4, 4, 8]}""");
        SafetensorsWriter writer = new SafetensorsWriter();
        copyWayDown(writer);
        String embedding = "controlnet_cond_embedding.";
        conv(writer, embedding + "conv_in", 4, 3, 3);
        int[] widths = {4, 4, 4, 8};
        for (int i = 0; i < 3; i++) {
            conv(writer, embedding + "blocks." + 2 * i, widths[i], widths[i], 3);
            conv(writer, embedding + "blocks." + (2 * i + 1), widths[i + 1], widths[i], 3);
        }
        conv(writer, embedding + "conv_out", 16, 8, 3);
        int[] skips = {16, 16, 16, 24};
        for (int i = 0; i < skips.length; i++) {
            conv(writer, "controlnet_down_blocks." + i, skips[i], skips[i], 1);
        }
        conv(writer, "controlnet_mid_block", 24, 24, 1);
        writer.write(net.resolve("diffusion_pytorch_model.safetensors"));
        return net;
    }

    private static void copyWayDown(SafetensorsWriter writer) throws IOException {
        try (Stream<Path> files = Files.list(model().resolve("unet"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
                try (Safetensors tensors = Safetensors.open(file)) {
                    for (TensorEntry entry : tensors.entries().values()) {
                        if (entry.name().matches("(conv_in|time_embedding|down_blocks|mid_block)\\..*")) {
                            Shape shape = Objects.requireNonNull(entry.tensorShape());
                            float[] values = tensors.floats(entry.name(), 0, shape.elementCount());
                            writer.put(entry.name(), Tensor.of(shape, values));
                        }
                    }
                }
            }
        }
    }

    private void conv(SafetensorsWriter writer, String name, int out, int in, int kernel) {
        writer.put(name + ".weight", random.randn(out, in, kernel, kernel));
        writer.put(name + ".bias", random.randn(out));
    }

    /** Of rank 2, for a convolution and a projection. */
    Path lora() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        String block = "lora_unet_down_blocks_0_";
        writer.put(block + "attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight", random.randn(2, 16));
        writer.put(block + "attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight", random.randn(16, 2));
        writer.put(block + "resnets_0_conv1.lora_down.weight", random.randn(2, 16, 3, 3));
        writer.put(block + "resnets_0_conv1.lora_up.weight", random.randn(16, 2, 1, 1));
        Path file = folder.resolve("lora.safetensors");
        writer.write(file);
        return file;
    }

    /** Four tokens of a picture, for the image encoder of {@link #imageEncoder}. */
    Path ipAdapter() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        List<Integer> widths = List.of(16, 16, 16, 24); // of the cross attentions: down, up, middle
        for (int i = 0; i < widths.size(); i++) {
            String attention = "ip_adapter." + (2 * i + 1);
            writer.put(attention + ".to_k_ip.weight", random.randn(widths.get(i), 24));
            writer.put(attention + ".to_v_ip.weight", random.randn(widths.get(i), 24));
        }
        writer.put("image_proj.proj.weight", random.randn(4 * 24, 40));
        writer.put("image_proj.proj.bias", random.randn(4 * 24));
        writer.put("image_proj.norm.weight", random.randn(24));
        writer.put("image_proj.norm.bias", random.randn(24));
        Path file = folder.resolve("ip-adapter.safetensors");
        writer.write(file);
        return file;
    }

    Path imageEncoder() throws IOException {
        Path encoder = Files.createDirectories(folder.resolve("encoder"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.write(
                    encoder.resolve(name),
                    Files.readAllBytes(GOLDENS.resolve("encoder/clip-vision").resolve(name)));
        }
        Files.writeString(encoder.resolve("preprocessor_config.json"), """
                {"size": {"shortest_edge": 28}, "crop_size": {"height": 28, "width": 28}, "resample": 3,
                 "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}""");
        return encoder;
    }

    /** A slope of colours, another for each name. */
    Path picture(String name, int step) throws IOException {
        byte[] pixels = new byte[48 * 32 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * step / 7);
        }
        Path file = folder.resolve(name);
        Image.of(48, 32, 3, pixels).writePng(file);
        return file;
    }
}
