package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.SmallCheckpoint.bytes;
import static dev.reverie.tensor.io.SmallCheckpoint.messageOf;
import static dev.reverie.tensor.io.SmallCheckpoint.put;
import static dev.reverie.tensor.io.SmallCheckpoint.small;
import static dev.reverie.tensor.io.SmallCheckpoint.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.random.TorchRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What layers get of the tensors in a file: scaled, normalised, patched. */
class TensorLoaderTest {
    @TempDir
    Path folder;

    @Test
    void eightBitTensorsHaveScales() throws IOException {
        SafetensorsWriter writer = bytes("rows", List.of(2L, 2L), 1, -2, 3, -128)
                .put("rows_scale", Tensor.of(0.5f, 0.1f))
                .put("f32", Tensor.of(3))
                .put("f32_scale", Tensor.of(2));
        put(writer, "whole", List.of(3L), 1, 2, 3).put("whole_scale", Tensor.of(0.25f));
        put(writer, "plain", List.of(1L), 7);
        put(writer, "none", List.of(0L, 2L)).put("none_scale", Tensor.of(new float[0]));
        try (Checkpoint checkpoint = Checkpoint.open(write(folder.resolve("fox.safetensors"), writer))) {
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
        try (Checkpoint checkpoint = Checkpoint.open(write(folder.resolve("fox.safetensors"), writer))) {
            checkpoint.root().tensor("w", Shape.of(3, 1));
            assertTrue(messageOf(checkpoint::finish).contains("\"w_scale\" has 2 values"));
        }
    }

    @Test
    void weightNorm() throws IOException {
        Tensor v = Tensor.of(3, 4, 0, 0, 5, 12).reshape(3, 2, 1);
        Tensor g = Tensor.of(10, 0, 1).reshape(3, 1, 1);
        Path file = write(
                folder.resolve("fox.safetensors"),
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
            try (Checkpoint checkpoint = Checkpoint.open(write(folder.resolve("fox.safetensors"), writer))) {
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
        try (Checkpoint checkpoint = Checkpoint.open(small(folder))) {
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
        try (Checkpoint checkpoint = Checkpoint.open(write(folder.resolve("int8.safetensors"), writer))) {
            checkpoint.patch(new PlusOne("w"));
            assertArrayEquals(
                    new float[] {7, 51},
                    checkpoint.root().tensor("w", Shape.of(2, 1)).toArray());
            checkpoint.finish();
        }
    }
}
