package dev.reverie.diffusion.family;

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

/** A toy model whose network sees more than latents: a picture (8 channels), or a mask and a masked picture (9). */
final class WiderToy {
    private static final String NETWORK = "unet/diffusion_pytorch_model.safetensors";
    private static final String FIRST = "conv_in.weight";

    private WiderToy() {}

    /** A copy of {@code model} in {@code target}, with random weights for what is new. */
    static Path write(Path model, Path target, int channels) throws IOException {
        try (Stream<Path> walk = Files.walk(model)) {
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                Path copy = target.resolve(model.relativize(file).toString());
                Files.createDirectories(copy.resolveSibling(""));
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        Path config = target.resolve("unet/config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"in_channels\": 4", "\"in_channels\": " + channels));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Safetensors tensors = Safetensors.open(model.resolve(NETWORK))) {
            for (TensorEntry entry : tensors.entries().values()) {
                Shape shape = Objects.requireNonNull(entry.tensorShape());
                Tensor tensor = Tensor.of(shape, tensors.floats(entry.name(), 0, shape.elementCount()));
                writer.put(entry.name(), entry.name().equals(FIRST) ? widened(tensor, channels) : tensor);
            }
        }
        writer.write(target.resolve(NETWORK));
        return target;
    }

    /** {@code [out, in, 3, 3] -> [out, channels, 3, 3]}. */
    private static Tensor widened(Tensor filters, int channels) {
        Tensor wide = new TorchRandom(9).randn(filters.shape().with(1, channels));
        int taps = filters.dim(1) * 9;
        for (int out = 0; out < filters.dim(0); out++) {
            for (int i = 0; i < taps; i++) {
                wide.data()[out * channels * 9 + i] = filters.get(out * taps + i);
            }
        }
        return wide;
    }
}
