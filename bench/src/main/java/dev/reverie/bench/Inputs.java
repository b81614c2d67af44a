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
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Numbers to compute with: the same in every run. */
final class Inputs {
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

    /** A checkpoint in memory with the tensor {@code x} of type f16 or bf16; null for another type. */
    static @Nullable Safetensors halves(String type, int... sizes) throws IOException {
        if (!type.equals("f16") && !type.equals("bf16")) {
            return null;
        }
        int count = Shape.of(sizes).elementCount();
        byte[] header = "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
                .formatted(type.toUpperCase(Locale.ROOT), Arrays.toString(sizes), 2L * count)
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
