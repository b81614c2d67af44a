package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.SmallCheckpoint.bytes;
import static dev.reverie.tensor.io.SmallCheckpoint.messageOf;
import static dev.reverie.tensor.io.SmallCheckpoint.small;
import static dev.reverie.tensor.io.SmallCheckpoint.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    @Test
    void scopesWalkTheNames() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small(folder))) {
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
        try (Checkpoint checkpoint = Checkpoint.open(small(folder))) {
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
        try (Checkpoint checkpoint = Checkpoint.open(small(folder))) {
            checkpoint.root().tensor("attn.to_q.bias", Shape.of(2));
            assertEquals(
                    checkpoint.name() + ": tensor \"attn.to_q.weight\" is not part of the model",
                    messageOf(() -> checkpoint.finish("ids", "nothing")));
            checkpoint.finish("ids", "attn.");
        }
    }

    @Test
    void faultsDoNotGoUnnoticed() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(small(folder));
        checkpoint.root().tensor("missing", Shape.of(1));
        IllegalStateException e = assertThrows(IllegalStateException.class, checkpoint::close);
        assertTrue(String.valueOf(e.getMessage()).contains("tensor \"missing\" is missing"), e.toString());
        checkpoint.close();
    }

    @Test
    void manyFaultsAreCut() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(small(folder))) {
            for (int i = 0; i < 150; i++) {
                checkpoint.root().tensor("t" + i, Shape.of(1));
            }
            String message = messageOf(() -> checkpoint.finish(""));
            assertEquals(102, message.lines().count());
            assertTrue(message.endsWith(".. and 50 more"), message);
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
        Path fox = small(folder);
        Path owl = write(
                folder.resolve("owl.safetensors"), bytes("w", List.of(1L), 1).put("w_scale", Tensor.of(2)));
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
        Path file = small(folder);
        try (Safetensors one = Safetensors.open(file);
                Safetensors two = Safetensors.open(file)) {
            assertTrue(messageOf(() -> Checkpoint.of(one, two)).contains("is there twice: in"));
        }
    }
}
