package dev.reverie.bench;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Safetensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Numbers to compute with: the same in every run. */
final class Inputs {
    /** Bytes of a number by type. */
    private static final Map<String, Integer> WIDTHS = Map.of("f16", 2, "bf16", 2, "f8_e4m3", 1, "f8_e5m2", 1, "i8", 1);

    private Inputs() {}

    /** Standard normal; in memory of a workspace, as activations are. */
    @SuppressWarnings("MustBeClosedChecker") // the garbage collector has it when nobody computes with it any more
    static Tensor normal(int... sizes) {
        Random random = new Random(0);
        Tensor x = Workspace.create().frame().tensor(sizes);
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[x.offset() + i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** A checkpoint in memory with the tensor {@code x} of 8 or 16 bits a number; null for another type. */
    static @Nullable Safetensors stored(String type, int... sizes) throws IOException {
        int width = WIDTHS.getOrDefault(type, 0);
        if (width == 0) {
            return null;
        }
        int count = Shape.of(sizes).elementCount();
        byte[] header = "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
                .formatted(type.toUpperCase(Locale.ROOT), Arrays.toString(sizes), (long) width * count)
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + width * count).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        Random random = new Random(0);
        for (int i = 0; i < count; i++) {
            float value = (float) random.nextGaussian();
            switch (type) {
                case "f16" -> file.putShort(Float.floatToFloat16(value));
                case "bf16" -> file.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                case "f8_e5m2" -> file.put((byte) (Float.floatToFloat16(value) >> 8));
                default -> file.put((byte) (16 * value)); // any code that is not NaN
            }
        }
        return Safetensors.of("numbers in memory", MemorySegment.ofArray(file.array()));
    }
}
