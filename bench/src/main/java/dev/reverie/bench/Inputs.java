package dev.reverie.bench;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Safetensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Numbers to compute with: the same in every run. */
final class Inputs {
    private Inputs() {}

    /** Standard normal. */
    static Tensor normal(int... sizes) {
        Random random = new Random(0);
        Tensor x = Tensor.zeros(Shape.of(sizes));
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** A checkpoint in memory with the tensor {@code x [count]} of type f16 or bf16; null for another type. */
    static @Nullable Safetensors halves(String type, int count) throws IOException {
        if (!type.equals("f16") && !type.equals("bf16")) {
            return null;
        }
        byte[] header = "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                .formatted(type.toUpperCase(Locale.ROOT), count, 2L * count)
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + 2 * count).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        Random random = new Random(0);
        for (int i = 0; i < count; i++) {
            float value = (float) random.nextGaussian();
            file.putShort(
                    type.equals("f16") ? Float.floatToFloat16(value) : (short) (Float.floatToRawIntBits(value) >>> 16));
        }
        return Safetensors.of("numbers in memory", MemorySegment.ofArray(file.array()));
    }
}
