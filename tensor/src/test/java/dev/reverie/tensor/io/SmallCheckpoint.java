package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Small files of tensors, and the sentence with which one is refused. */
final class SmallCheckpoint {
    private SmallCheckpoint() {}

    static String messageOf(Executable run) {
        return String.valueOf(assertThrows(CheckpointException.class, run).getMessage());
    }

    static Path write(Path file, SafetensorsWriter writer) throws IOException {
        writer.write(file);
        return file;
    }

    /** {@code attn.to_q.weight [2, 2]} of 1 .. 4, {@code attn.to_q.bias [2]} of 5 and 6, and {@code ids [1]} of integers. */
    static Path small(Path folder) throws IOException {
        return write(
                folder.resolve("fox.safetensors"),
                new SafetensorsWriter()
                        .put("attn.to_q.weight", Tensor.of(1, 2, 3, 4).reshape(2, 2))
                        .put("attn.to_q.bias", Tensor.of(5, 6))
                        .put("ids", DType.I64, List.of(1L), MemorySegment.ofArray(new byte[] {1, 0, 0, 0, 0, 0, 0, 1
                        })));
    }

    /** A tensor of type I8. */
    static SafetensorsWriter bytes(String name, List<Long> shape, int... values) {
        return put(new SafetensorsWriter(), name, shape, values);
    }

    /** The same beside others. */
    static SafetensorsWriter put(SafetensorsWriter writer, String name, List<Long> shape, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return writer.put(name, DType.I8, shape, MemorySegment.ofArray(bytes));
    }
}
