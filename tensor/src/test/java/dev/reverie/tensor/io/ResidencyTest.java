package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.DType;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.StoredMatrix;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear layers whose weights live elsewhere than in memory as float32, and give the same bits. */
class ResidencyTest {
    private static final Random RANDOM = new Random(7);

    @TempDir
    Path folder;

    /** Codes of finite numbers, small ones and zeros among them: the exponent's upper bit is clear. */
    private static byte[] codes(DType dtype, int count) {
        byte[] bytes = new byte[count * dtype.bits() / 8];
        RANDOM.nextBytes(bytes);
        for (int i = dtype.bits() / 8 - 1; dtype != DType.I8 && i < bytes.length; i += dtype.bits() / 8) {
            bytes[i] &= (byte) 0xbf;
        }
        return bytes;
    }

    private Path file(DType dtype, int n, int k, int scales) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter()
                .put("w", dtype, List.of((long) n, (long) k), MemorySegment.ofArray(codes(dtype, n * k)));
        if (scales > 0) {
            writer.put("w_scale", normal(scales));
        }
        Path path = folder.resolve("fox.safetensors");
        writer.write(path);
        return path;
    }

    private static Tensor normal(int... sizes) {
        Shape shape = Shape.of(sizes);
        float[] values = new float[shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    private static int[] bits(Tensor x, Weight weight, Tensor bias) {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor y = Ops.linear(frame, x, weight, bias);
            int[] bits = new int[y.elementCount()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToIntBits(y.get(i));
            }
            return bits;
        }
    }

    @ParameterizedTest(name = "{0} [{1}, {2}], {3} scales")
    @CsvSource({
        "BF16, 300, 401, 0",
        "F16, 300, 401, 0",
        "F8_E4M3, 300, 401, 300",
        "F8_E5M2, 77, 800, 1",
        "I8, 300, 401, 300",
        "I8, 200, 50, 1",
        "I8, 1, 1, 0",
        "BF16, 2600, 130, 0",
        "F32, 90, 40, 0"
    })
    void sameBits(DType dtype, int n, int k, int scales) throws IOException {
        Tensor bias = normal(n);
        try (Checkpoint checkpoint = Checkpoint.open(file(dtype, n, k, scales))) {
            Weight plain = checkpoint.root().weight("w", Shape.of(n, k));
            Weight stored = checkpoint.root(Residency.AS_STORED).weight("w", Shape.of(n, k));
            Weight mapped = checkpoint.root(Residency.MAPPED).weight("w", Shape.of(n, k));
            assertEquals(dtype == DType.F32 ? Weight.F32.class : Weight.Packed.class, stored.getClass());
            assertInstanceOf(Weight.Mapped.class, mapped);
            for (int m : new int[] {1, 2, 3, 8, 97, 800}) {
                Tensor x = normal(m, k);
                int[] expected = bits(x, plain, bias);
                assertArrayEquals(expected, bits(x, stored, bias), () -> "as stored, " + m + " rows");
                assertArrayEquals(expected, bits(x, mapped, bias), () -> "mapped, " + m + " rows");
            }
            checkpoint.finish(); // the scales count as read
        }
    }

    /** Winograd's way, taps in place, gathered taps, one place, and shapes that want float32 as a whole. */
    @ParameterizedTest(name = "{0} {1} to {2}, kernel {3}, stride {4}, groups {5}")
    @CsvSource({
        "F16, 64, 80, 3, 1, 1",
        "BF16, 208, 64, 3, 1, 1",
        "I8, 64, 64, 3, 1, 1",
        "F32, 64, 64, 3, 1, 1",
        "F16, 40, 36, 3, 2, 1",
        "F16, 4, 70, 3, 1, 1",
        "F8_E4M3, 33, 21, 1, 1, 1",
        "F16, 64, 3, 3, 1, 1",
        "F16, 8, 12, 3, 1, 4"
    })
    void sameBitsOfConvolutions(DType dtype, int in, int out, int kernel, int stride, int groups) throws IOException {
        Shape shape = Shape.of(out, in / groups, kernel, kernel);
        Window side = Window.of(kernel).withStride(stride).withPadding(kernel / 2);
        ConvGeometry geometry = ConvGeometry.of(side, side).withGroups(groups);
        Path file = folder.resolve("filter.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter()
                .put(
                        "w",
                        dtype,
                        List.of((long) out, (long) in / groups, (long) kernel, (long) kernel),
                        MemorySegment.ofArray(codes(dtype, shape.elementCount())));
        if (dtype == DType.I8) {
            writer.put("w_scale", normal(out));
        }
        writer.write(file);
        Tensor x = normal(2, 13, 9, in);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Filter whole = Filter.of(checkpoint.root().tensor("w", shape), geometry);
            int[] expected = bits(x, whole);
            for (Residency residency : Residency.values()) {
                Filter filter = checkpoint.root(residency).filter("w", shape, geometry);
                assertArrayEquals(expected, bits(x, filter), residency::toString);
            }
            checkpoint.finish();
        }
    }

    private static int[] bits(Tensor x, Filter filter) {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor y = Convolutions.conv(frame, x, filter, null);
            int[] bits = new int[y.elementCount()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToIntBits(y.get(i));
            }
            return bits;
        }
    }

    @Test
    void faultsAreNotedAsThoseOfTensors() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file(DType.I8, 4, 3, 2))) {
            WeightScope scope = checkpoint.root(Residency.AS_STORED);
            scope.weight("w", Shape.of(4, 3));
            assertEquals(Shape.of(3, 4), scope.weight("w", Shape.of(3, 4)).shape());
            assertEquals(Shape.of(1, 2), scope.weight("v", Shape.of(1, 2)).shape());
            String faults = String.valueOf(
                    assertThrows(CheckpointException.class, checkpoint::finish).getMessage());
            assertTrue(faults.contains("\"w_scale\" has 2 values"), faults);
            assertTrue(faults.contains("\"w\" has shape [4, 3]; the model wants [3, 4]"), faults);
            assertTrue(faults.contains("\"v\" is missing"), faults);
        }
    }

    @Test
    void matricesThatStayInTheFileDoNotCountAsHeld() throws IOException {
        Path path = folder.resolve("held.safetensors");
        new SafetensorsWriter()
                .put("w", normal(30, 20))
                .put("filter", normal(8, 4, 3, 3))
                .put("bias", normal(30))
                .write(path);
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            WeightScope scope = checkpoint.root(Residency.MAPPED);
            Window side = Window.of(3);
            scope.filter("filter", Shape.of(8, 4, 3, 3), ConvGeometry.of(side, side));
            scope.tensor("bias", Shape.of(30));
            assertEquals(4 * (600 + 288 + 30), checkpoint.bytes(Residency.MAPPED));
            scope.weight("w", Shape.of(30, 20));
            assertEquals(4 * (288 + 30), checkpoint.bytes(Residency.MAPPED));
            assertEquals(4 * (600 + 288 + 30), checkpoint.bytes(Residency.AS_STORED));
            checkpoint.finish();
        }
    }

    /** A matrix in memory that counts how often its pages were let go of. */
    private static final class Paged implements StoredMatrix {
        private int released;

        @Override
        public Shape shape() {
            return Shape.of(2, 3);
        }

        @Override
        public DType dtype() {
            return DType.F32;
        }

        @Override
        public float[] scales() {
            return new float[0];
        }

        @Override
        public void copy(long from, short[] target, int count) {
            throw new AssertionError("32 bits, not 16");
        }

        @Override
        public void copy(long from, byte[] target, int count) {
            throw new AssertionError("32 bits, not 8");
        }

        @Override
        public void floats(long from, float[] target, int at, int count) {
            Arrays.fill(target, at, at + count, 1f);
        }

        @Override
        public void release() {
            released++;
        }
    }

    @Test
    void pagesOfAMappingAreLetGoAfterEachProduct() {
        Paged matrix = new Paged();
        Weight weight = Weight.mapped(matrix);
        bits(normal(5, 3), weight, normal(2));
        bits(normal(1, 3), weight, normal(2));
        assertEquals(2, matrix.released);
    }

    @Test
    void mappedWeightOfAClosedFile() throws IOException {
        Weight weight;
        try (Checkpoint checkpoint = Checkpoint.open(file(DType.F16, 8, 8, 0))) {
            weight = checkpoint.root(Residency.MAPPED).weight("w", Shape.of(8, 8));
        }
        assertThrows(IllegalStateException.class, () -> bits(normal(2, 8), weight, normal(8)));
    }

    /** Multiplies by a mapped matrix whose file is then cut short. */
    static final class MultiplyTruncated {
        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                Weight weight = checkpoint.root(Residency.MAPPED).weight("w", Shape.of(2000, 1000));
                Tensor x = normal(1, 1000);
                for (int i = 0; i < 20; i++) { // until the loops are compiled
                    bits(x, weight, normal(2000));
                }
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(4096);
                }
                try {
                    bits(x, weight, normal(2000));
                } catch (UncheckedIOException expected) {
                    System.out.print(expected.getCause() instanceof CheckpointException ? "typed" : "another");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16", "F8_E4M3"})
    void case33TruncatedWhileMapped(DType dtype) throws Exception {
        Path path = file(dtype, 2000, 1000, 0);
        List<String> options = List.of("-Dreverie.lanes=1", "-Dreverie.threads=2");
        assertEquals(
                new ForkedJvm.Result(0, "typed"), ForkedJvm.run(MultiplyTruncated.class, options, path.toString()));
    }
}
