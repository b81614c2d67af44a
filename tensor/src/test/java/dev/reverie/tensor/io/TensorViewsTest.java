package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorViewsTest {
    /** 7 and 2^40, little-endian. */
    private static final byte[] IDS = {7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0};

    private static TensorSource source() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .put("qkv", Tensor.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).reshape(6, 2))
                .put("ids", DType.I64, List.of(1L, 2L), MemorySegment.ofArray(IDS))
                .write(out);
        return Safetensors.of("fox", MemorySegment.ofArray(out.toByteArray()));
    }

    private static TensorView whole(TensorSource source, String name) {
        return TensorView.of(source.entry(name, 0, 0));
    }

    private static TensorViews views(TensorSource source, TensorView view) throws IOException {
        return new TensorViews(source, Map.of("view", view));
    }

    @Test
    void partsAreRows() throws IOException {
        TensorSource source = source();
        TensorViews views = views(source, whole(source, "qkv").part(2, 3));
        assertEquals(List.of(2L, 2L), views.entry("view", 0, 4).shape());
        assertArrayEquals(new float[] {8, 9, 10, 11}, views.floats("view", 0, 4));
        assertArrayEquals(new float[] {10}, views.floats("view", 2, 1));
        assertEquals(
                16, views.entry("view", 0, 4).end() - views.entry("view", 0, 4).begin());
        assertThrows(IllegalArgumentException.class, () -> views.floats("view", 2, 3));
    }

    @Test
    void transposesAreReadInAnyRange() throws IOException {
        TensorSource source = source();
        TensorViews views = views(source, whole(source, "qkv").part(1, 2).transposed());
        assertEquals(List.of(2L, 3L), views.entry("view", 0, 6).shape());
        assertArrayEquals(new float[] {6, 8, 10, 7, 9, 11}, views.floats("view", 0, 6));
        assertArrayEquals(new float[] {10, 7}, views.floats("view", 2, 2));
        assertArrayEquals(
                new long[] {7, 1L << 40},
                views(source, whole(source, "ids").transposed()).longs("view", 0, 2));
    }

    @Test
    void whatASourceLacksIsAFault() throws IOException {
        TensorSource source = source();
        assertThrows(CheckpointException.class, () -> views(source, new TensorView("fox", 0, List.of(1L), false)));
        assertThrows(CheckpointException.class, () -> views(source, new TensorView("qkv", 1, List.of(12L), false)));
        assertThrows(IllegalArgumentException.class, () -> new TensorView("qkv", -1, List.of(1L), false));
        assertThrows(IllegalArgumentException.class, () -> new TensorView("qkv", 0, List.of(12L), true));
    }
}
