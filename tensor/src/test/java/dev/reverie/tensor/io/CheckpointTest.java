package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.DType;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.random.TorchRandom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    @TempDir
    Path folder;

    private static String messageOf(Executable run) {
        return String.valueOf(assertThrows(CheckpointException.class, run).getMessage());
    }

    private Path write(String name, SafetensorsWriter writer) throws IOException {
        Path file = folder.resolve(name);
        writer.write(file);
        return file;
    }

    private Path small() throws IOException {
        return write(
                "fox.safetensors",
                new SafetensorsWriter()
                        .put("attn.to_q.weight", Tensor.of(1, 2, 3, 4).reshape(2, 2))
                        .put("attn.to_q.bias", Tensor.of(5, 6))
                        .put("ids", DType.I64, List.of(1L), MemorySegment.ofArray(new byte[] {1, 0, 0, 0, 0, 0, 0, 1
                        })));
    }

    private static SafetensorsWriter bytes(String name, List<Long> shape, int... values) {
        return put(new SafetensorsWriter(), name, shape, values);
    }

    private static SafetensorsWriter put(SafetensorsWriter writer, String name, List<Long> shape, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return writer.put(name, DType.I8, shape, MemorySegment.ofArray(bytes));
    }

    @Test
    void scopesWalkTheNames() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small())) {
            WeightScope q = checkpoint.root().at("attn").at("to_q");
            assertEquals("attn.to_q.weight", q.nameOf("weight"));
            assertEquals(Shape.of(2, 2), q.shapeOf("weight"));
            assertEquals(Shape.of(2, 2), q.weight("weight", Shape.of(2, 2)).shape());
            Tensor bias = q.tensorIfPresent("bias", Shape.of(2));
            assertNotNull(bias);
            assertArrayEquals(new float[] {5, 6}, bias.toArray());
            assertNull(q.tensorIfPresent("scale", Shape.of(2)));
            assertNull(q.shapeOf("scale"));
            assertTrue(q.has("weight"));
            assertFalse(checkpoint.root().at(0).has("weight"));
            assertArrayEquals(new long[] {(1L << 56) + 1}, checkpoint.root().longs("ids", Shape.of(1)));
            checkpoint.finish();
        }
    }

    @Test
    void case27EveryMismatchAtOnce() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small())) {
            WeightScope q = checkpoint.root().at("attn.to_q");
            assertArrayEquals(new float[6], q.tensor("weight", Shape.of(3, 2)).toArray());
            assertArrayEquals(new float[4], q.tensor("norm", Shape.of(4)).toArray());
            assertArrayEquals(new long[2], checkpoint.root().longs("ids", Shape.of(2)));
            assertArrayEquals(new long[2], q.longs("bias", Shape.of(2)));
            assertArrayEquals(new long[2], q.longs("nothing", Shape.of(2)));
            String message = messageOf(checkpoint::finish);
            assertEquals("""
                    FILE: 5 faults
                      tensor "attn.to_q.weight" has shape [2, 2]; the model wants [3, 2]
                      tensor "attn.to_q.norm" is missing; the model wants it with shape [4]
                      tensor "ids" has shape [1]; the model wants [2]
                      tensor "attn.to_q.bias" has the dtype F32, not I64 or I32
                      tensor "attn.to_q.nothing" is missing; the model wants it with shape [2]""".replace("FILE", checkpoint.name()), message);
        }
    }

    @Test
    void case27UnreadTensors() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small())) {
            checkpoint.root().tensor("attn.to_q.bias", Shape.of(2));
            assertEquals(
                    checkpoint.name() + ": tensor \"attn.to_q.weight\" is not part of the model",
                    messageOf(() -> checkpoint.finish("ids", "nothing")));
            checkpoint.finish("ids", "attn.");
        }
    }

    @Test
    void faultsDoNotGoUnnoticed() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(small());
        checkpoint.root().tensor("missing", Shape.of(1));
        IllegalStateException e = assertThrows(IllegalStateException.class, checkpoint::close);
        assertTrue(String.valueOf(e.getMessage()).contains("tensor \"missing\" is missing"), e.toString());
        checkpoint.close();
    }

    @Test
    void manyFaultsAreCut() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small())) {
            for (int i = 0; i < 150; i++) {
                checkpoint.root().tensor("t" + i, Shape.of(1));
            }
            String message = messageOf(() -> checkpoint.finish(""));
            assertEquals(102, message.lines().count());
            assertTrue(message.endsWith(".. and 50 more"), message);
        }
    }

    @Test
    void eightBitTensorsHaveScales() throws IOException {
        SafetensorsWriter writer = bytes("rows", List.of(2L, 2L), 1, -2, 3, -128)
                .put("rows_scale", Tensor.of(0.5f, 0.1f))
                .put("f32", Tensor.of(3))
                .put("f32_scale", Tensor.of(2));
        put(writer, "whole", List.of(3L), 1, 2, 3).put("whole_scale", Tensor.of(0.25f));
        put(writer, "plain", List.of(1L), 7);
        put(writer, "none", List.of(0L, 2L)).put("none_scale", Tensor.of(new float[0]));
        try (Checkpoint checkpoint = Checkpoint.open(write("fox.safetensors", writer))) {
            WeightScope root = checkpoint.root();
            assertArrayEquals(
                    new float[] {0.5f, -1, 3 * 0.1f, -128 * 0.1f},
                    root.tensor("rows", Shape.of(2, 2)).toArray());
            assertArrayEquals(
                    new float[] {0.25f, 0.5f, 0.75f},
                    root.tensor("whole", Shape.of(3)).toArray());
            assertArrayEquals(new float[] {7}, root.tensor("plain", Shape.of(1)).toArray());
            assertEquals(0, root.tensor("none", Shape.of(0, 2)).elementCount());
            assertArrayEquals(new float[] {3}, root.tensor("f32", Shape.of(1)).toArray());
            assertTrue(messageOf(checkpoint::finish).contains("\"f32_scale\" is not part of the model"));
        }
    }

    @Test
    void scalesOfAnotherNumber() throws IOException {
        SafetensorsWriter writer = bytes("w", List.of(3L, 1L), 1, 2, 3).put("w_scale", Tensor.of(1, 2));
        try (Checkpoint checkpoint = Checkpoint.open(write("fox.safetensors", writer))) {
            checkpoint.root().tensor("w", Shape.of(3, 1));
            assertTrue(messageOf(checkpoint::finish).contains("\"w_scale\" has 2 values"));
        }
    }

    @Test
    void weightNorm() throws IOException {
        Tensor v = Tensor.of(3, 4, 0, 0, 5, 12).reshape(3, 2, 1);
        Tensor g = Tensor.of(10, 0, 1).reshape(3, 1, 1);
        Path file = write(
                "fox.safetensors",
                new SafetensorsWriter()
                        .put("old.weight_v", v)
                        .put("old.weight_g", g)
                        .put("new.parametrizations.weight.original1", v)
                        .put("new.parametrizations.weight.original0", g)
                        .put("plain.weight", v));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            WeightScope root = checkpoint.root();
            float[] expected = {6, 8, 0, 0, (float) (5 / 13.0), (float) (12 / 13.0)};
            assertArrayEquals(
                    expected, root.at("old").weightNormed("weight", v.shape()).toArray());
            assertArrayEquals(
                    expected, root.at("new").weightNormed("weight", v.shape()).toArray());
            assertArrayEquals(
                    v.toArray(),
                    root.at("plain").weightNormed("weight", v.shape()).toArray());
            checkpoint.finish();
            root.at("none").weightNormed("weight", v.shape());
            assertTrue(messageOf(checkpoint::finish).contains("\"none.weight\" is missing"));
        }
    }

    /** Shapes that are transformed, multiplied as they are, and summed along k. */
    @Test
    void aNormedFilterIsTheFilterOfTheNormedTensor() throws IOException {
        for (Shape shape : List.of(Shape.of(96, 32, 3), Shape.of(70, 5, 7), Shape.of(1, 5, 7))) {
            Tensor v = Tensor.zeros(shape);
            Tensor g = Tensor.zeros(Shape.of(shape.dim(0), 1, 1));
            TorchRandom random = new TorchRandom(shape.dim(0));
            random.fillNormal(v);
            random.fillNormal(g);
            SafetensorsWriter writer =
                    new SafetensorsWriter().put("weight_v", v).put("weight_g", g);
            ConvGeometry geometry = ConvGeometry.of(Window.same(shape.dim(2), 1));
            try (Checkpoint checkpoint = Checkpoint.open(write("fox.safetensors", writer))) {
                WeightScope root = checkpoint.root();
                Filter packed = root.weightNormedFilter("weight", shape, geometry);
                checkpoint.finish();
                Filter whole = Filter.of(root.weightNormed("weight", shape), geometry);
                assertArrayEquals(convolved(whole), convolved(packed), shape.toString());
            }
        }
    }

    private static float[] convolved(Filter filter) {
        Tensor x = Tensor.zeros(Shape.of(1, 20, filter.in()));
        new TorchRandom(1).fillNormal(x);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return Convolutions.conv(frame, x, filter, null).toArray();
        }
    }

    @Test
    void aScopeOfZerosHasAnyTensorAndNothingOptional() {
        WeightScope scope = WeightScope.zeros().at("unet").at(3);
        assertArrayEquals(new float[6], scope.tensor("weight", Shape.of(2, 3)).toArray());
        assertFalse(scope.has("weight"));
        assertNull(scope.tensorIfPresent("bias", Shape.of(2)));
    }

    /** A source that fails at the n-th call, counted over all sources that share {@code callsLeft}. */
    private static final class Failing implements TensorSource {
        private final TensorSource source;
        private final AtomicInteger callsLeft;
        private final AtomicInteger openCount;

        Failing(TensorSource source, AtomicInteger callsLeft, AtomicInteger openCount) {
            this.source = source;
            this.callsLeft = callsLeft;
            this.openCount = openCount;
            openCount.incrementAndGet();
        }

        private void call() throws IOException {
            if (callsLeft.getAndDecrement() == 0) {
                throw new IOException("cable pulled");
            }
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Map<String, TensorEntry> entries() {
            return source.entries();
        }

        @Override
        public float[] floats(String tensor, long from, int count) throws IOException {
            call();
            return source.floats(tensor, from, count);
        }

        @Override
        public long[] longs(String tensor, long from, int count) throws IOException {
            call();
            return source.longs(tensor, from, count);
        }

        @Override
        public void requireUnchanged() throws IOException {
            call();
            source.requireUnchanged();
        }

        @Override
        public void close() throws IOException {
            openCount.decrementAndGet();
            source.close();
            call();
        }
    }

    private static void load(Checkpoint checkpoint) throws IOException {
        try (checkpoint) {
            WeightScope root = checkpoint.root();
            assertEquals(4, root.tensor("attn.to_q.weight", Shape.of(2, 2)).elementCount());
            assertEquals(2, root.tensor("attn.to_q.bias", Shape.of(2)).elementCount());
            assertEquals(1, root.longs("ids", Shape.of(1)).length);
            assertEquals(1, root.tensor("w", Shape.of(1)).elementCount());
            checkpoint.finish();
        }
    }

    @Test
    void case36FaultAtTheNthCall() throws IOException {
        Path fox = small();
        Path owl = write("owl.safetensors", bytes("w", List.of(1L), 1).put("w_scale", Tensor.of(2)));
        int calls = 9; // five tensors, a check and a closing of both files
        for (int n = 0; n <= calls; n++) {
            AtomicInteger callsLeft = new AtomicInteger(n);
            AtomicInteger openCount = new AtomicInteger();
            Checkpoint checkpoint = Checkpoint.of(
                    new Failing(Safetensors.open(fox), callsLeft, openCount),
                    new Failing(Safetensors.open(owl), callsLeft, openCount));
            if (n < calls) {
                IOException e = assertThrows(IOException.class, () -> load(checkpoint));
                String all = e.getMessage() + List.of(e.getSuppressed());
                assertTrue(all.contains("cable pulled"), all);
            } else {
                load(checkpoint);
            }
            assertEquals(0, openCount.get());
        }
    }

    @Test
    void sourcesMayNotShareNames() throws IOException {
        Path file = small();
        try (Safetensors one = Safetensors.open(file);
                Safetensors two = Safetensors.open(file)) {
            assertTrue(messageOf(() -> Checkpoint.of(one, two)).contains("is there twice: in"));
        }
    }

    private Path index(String json) throws IOException {
        return Files.writeString(folder.resolve("fox.safetensors.index.json"), json);
    }

    private void shards() throws IOException {
        write("1.safetensors", new SafetensorsWriter().put("a", Tensor.of(1)));
        write("2.safetensors", new SafetensorsWriter().put("b", Tensor.of(2)).put("c", Tensor.of(3)));
    }

    @Test
    void shardsMakeOneNameSpace() throws IOException {
        shards();
        Path index = index("""
                {"metadata": {"total_size": 12},
                 "weight_map": {"a": "1.safetensors", "b": "2.safetensors", "c": "2.safetensors"}}
                """);
        for (Path path : List.of(index, folder)) {
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                assertEquals(Set.of("a", "b", "c"), checkpoint.names());
                assertEquals(3, checkpoint.root().tensor("c", Shape.of(1)).get(0));
            }
        }
    }

    private void assertIndexRefused(String rule, String json) throws IOException {
        Path index = index(json);
        String message = messageOf(() -> Checkpoint.open(index));
        assertTrue(message.startsWith(index + ": ") && message.contains(rule), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../x.safetensors", "sub/x.safetensors", "..", ".", "", "\\u0000", "sub/../../x.safetensors"})
    void case23ShardsElsewhere(String shard) throws IOException {
        Path elsewhere = folder.resolve("x.safetensors");
        new SafetensorsWriter().put("a", Tensor.of(1)).write(elsewhere);
        Path inner = folder.resolve("inner");
        Files.createDirectories(inner.resolve("sub"));
        Path index = Files.writeString(
                inner.resolve("fox.safetensors.index.json"), "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
        String message = messageOf(() -> Checkpoint.open(index));
        assertTrue(message.startsWith(index + ": shard "), message);
        Files.writeString(index, "{\"weight_map\": {\"a\": \"" + elsewhere + "\"}}");
        assertTrue(messageOf(() -> Checkpoint.open(index)).contains("is not a file in the folder of the index"));
    }

    @Test
    void case23Links() throws IOException {
        Path blob = Files.createDirectories(folder.resolve("blobs")).resolve("0123");
        new SafetensorsWriter().put("a", Tensor.of(1)).write(blob);
        String json = "{\"weight_map\": {\"a\": \"1.safetensors\"}}";
        Path plain = Files.createDirectories(folder.resolve("plain"));
        Files.createSymbolicLink(plain.resolve("1.safetensors"), blob);
        Path index = Files.writeString(plain.resolve("fox.safetensors.index.json"), json);
        assertTrue(messageOf(() -> Checkpoint.open(index)).contains("links out of the folder"));
        Path cache = Files.createDirectories(folder.resolve("snapshots/77"));
        Files.createSymbolicLink(cache.resolve("1.safetensors"), Path.of("../../blobs/0123"));
        Files.writeString(cache.resolve("fox.safetensors.index.json"), json);
        try (Checkpoint checkpoint = Checkpoint.open(cache)) {
            assertEquals(Set.of("a"), checkpoint.names());
        }
        Path secret = folder.resolve("secret.safetensors");
        new SafetensorsWriter().put("a", Tensor.of(1)).write(secret);
        Files.delete(cache.resolve("1.safetensors"));
        Files.createSymbolicLink(cache.resolve("1.safetensors"), secret);
        assertTrue(messageOf(() -> Checkpoint.open(cache)).contains("links out of the folder"));
    }

    @Test
    void case23IndexAndShardsDisagree() throws IOException {
        shards();
        String b = "\"b\": \"2.safetensors\"";
        String c = "\"c\": \"2.safetensors\"";
        assertIndexRefused(
                "tensor \"c\" is listed in \"1.safetensors\" but lies in \"2.safetensors\"",
                "{\"weight_map\": {\"a\": \"1.safetensors\", " + b + ", \"c\": \"1.safetensors\"}}");
        assertIndexRefused("tensor \"c\" is not listed but lies in \"2.safetensors\"", "{\"weight_map\": {" + b + "}}");
        assertIndexRefused(
                "tensor \"d\" is listed in \"2.safetensors\" but is not there",
                "{\"weight_map\": {" + b + "," + c + ", \"d\": \"2.safetensors\"}}");
        assertIndexRefused(
                "\"metadata.total_size\" is 1,000, but the tensors have 8 bytes",
                "{\"metadata\": {\"total_size\": 1000}, \"weight_map\": {" + b + "," + c + "}}");
        assertIndexRefused("\"weight_map\" is missing", "{}");
        assertIndexRefused("\"weight_map.a\" must be a string", "{\"weight_map\": {\"a\": 1}}");
        Path index = index("{\"weight_map\": {\"a\": \"3.safetensors\"}}");
        IOException e = assertThrows(IOException.class, () -> Checkpoint.open(index));
        assertTrue(String.valueOf(e.getMessage()).contains("3.safetensors"), e.toString());
        write("3.safetensors", new SafetensorsWriter().put("a", Tensor.of(1)));
        assertIndexRefused("\"a\"", "{\"weight_map\": {\"a\": \"3.safetensors\", \"a\": \"1.safetensors\"}}");
        write("2.safetensors", new SafetensorsWriter().put("a", Tensor.of(1)).put("b", Tensor.of(1)));
        assertIndexRefused("tensor \"a\" is", "{\"weight_map\": {\"a\": \"3.safetensors\", " + b + "}}");
    }

    @Test
    void foldersHoldOneCheckpoint() throws IOException {
        assertTrue(messageOf(() -> Checkpoint.open(folder)).contains("holds no checkpoint"));
        Files.writeString(folder.resolve("config.json"), "{}");
        Path fox = small();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(3, checkpoint.names().size());
        }
        Files.copy(fox, folder.resolve("owl.safetensors"));
        assertTrue(messageOf(() -> Checkpoint.open(folder)).endsWith("fox.safetensors, owl.safetensors"));
    }

    /** The voice that the project ships: every tensor of both shards converts, and the numbers are as many as its notes say. */
    @Test
    void shippedVoice() throws IOException {
        Path folder = Path.of(System.getProperty("project.root"))
                .resolve("models/kokoro/src/main/resources/dev/reverie/models/kokoro");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            long numbers = 0;
            for (String name : checkpoint.names()) {
                Shape shape = checkpoint.root().shapeOf(name);
                assertNotNull(shape);
                if (!name.endsWith("_scale")) {
                    Tensor tensor = checkpoint.root().tensor(name, shape);
                    numbers += tensor.elementCount();
                    assertTrue(Float.isFinite(tensor.get(tensor.elementCount() - 1)), name);
                }
            }
            assertEquals(81_172_818, numbers);
            checkpoint.finish();
            WeightScope ups = checkpoint.root().at("decoder.generator.ups.0");
            Shape shape = ups.shapeOf("weight_v");
            assertNotNull(shape);
            for (float weight : ups.weightNormed("weight", shape).toArray()) {
                assertTrue(Float.isFinite(weight));
            }
        }
    }

    /** Adds one to all numbers of tensors whose names end so. */
    private record PlusOne(String ending) implements TensorPatch {
        @Override
        public boolean changes(String name) {
            return name.endsWith(ending);
        }

        @Override
        public void apply(String name, Tensor values) {
            for (int i = 0; i < values.elementCount(); i++) {
                values.data()[i]++;
            }
        }
    }

    @Test
    void patchesChangeWhatIsReadAfterThem() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small())) {
            WeightScope query = checkpoint.root().at("attn.to_q");
            assertArrayEquals(
                    new float[] {1, 2, 3, 4},
                    query.tensor("weight", Shape.of(2, 2)).toArray());
            checkpoint.patch(new PlusOne(".weight"));
            assertArrayEquals(
                    new float[] {2, 3, 4, 5},
                    query.tensor("weight", Shape.of(2, 2)).toArray());
            assertArrayEquals(
                    new float[] {5, 6}, query.tensor("bias", Shape.of(2)).toArray());
            assertThrows(IllegalStateException.class, () -> checkpoint.patch(new PlusOne(".bias")));
            checkpoint.finish("ids");
        }
    }

    @Test
    void patchesOfIntegersComeAfterTheirScales() throws IOException {
        SafetensorsWriter writer = bytes("w", List.of(2L, 1L), 3, 5).put("w_scale", Tensor.of(2, 10));
        try (Checkpoint checkpoint = Checkpoint.open(write("int8.safetensors", writer))) {
            checkpoint.patch(new PlusOne("w"));
            assertArrayEquals(
                    new float[] {7, 51},
                    checkpoint.root().tensor("w", Shape.of(2, 1)).toArray());
            checkpoint.finish();
        }
    }
}
