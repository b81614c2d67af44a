package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The golden cases of {@code singlefile/}: each tensor of {@code keys.json} must have the name, shape and bits that the
 * folder has which the case names, and there must be no others. The run that the case names then gives what it gives with
 * the folder.
 */
public final class SingleFileGoldens {
    private static final Set<String> CHANGES =
            Set.of("same", "1x1 convolution there, linear here", "rows one after the other", "transposed");

    private SingleFileGoldens() {}

    public static Map<String, Goldens.Runner> runners() {
        return Map.of("single-file", SingleFileGoldens::run);
    }

    private static void run(GoldenCase golden) throws IOException {
        Path folder = golden.folder()
                .resolve("../..")
                .resolve(golden.json().getString("folder"))
                .normalize();
        Json keys = Json.read(golden.folder().resolve("keys.json"));
        assertFalse(keys.keys().isEmpty());
        for (String name : keys.keys()) {
            Path file = golden.folder().resolve(name);
            Map<String, Set<String>> names = namesByPart(keys.getList(name));
            for (ModelFiles files : List.of(ModelFiles.open(file), ModelFiles.open(file, folder))) {
                for (Map.Entry<String, Set<String>> part : names.entrySet()) {
                    requireEqual(part.getKey(), part.getValue(), files, ModelFiles.open(folder));
                }
            }
            requireSizes(names.keySet(), ModelFiles.open(file), ModelFiles.open(folder));
            PipelineGoldens.run(golden, folder, ModelFiles.open(file, folder));
        }
    }

    /** Rows are: name in the file, part, name or names there, what was done. */
    private static Map<String, Set<String>> namesByPart(List<Json> rows) throws IOException {
        Map<String, Set<String>> names = new HashMap<>();
        for (Json row : rows) {
            List<Json> cells = row.asList();
            if (!cells.get(1).isNull()) {
                assertEquals(
                        true,
                        CHANGES.contains(cells.get(3).asString()),
                        cells.get(3).asString());
                Set<String> ofPart = names.computeIfAbsent(cells.get(1).asString(), part -> new TreeSet<>());
                Json here = cells.get(2);
                ofPart.addAll(here.isList() ? here.asStrings() : List.of(here.asString()));
            }
        }
        return names;
    }

    private static void requireEqual(String part, Set<String> names, ModelFiles single, ModelFiles folder)
            throws IOException {
        try (Checkpoint got = single.open(part);
                Checkpoint want = folder.open(part)) {
            assertEquals(names, new TreeSet<>(got.names()), part);
            for (String name : names) {
                Shape shape = Objects.requireNonNull(want.root().shapeOf(name), name);
                assertEquals(shape, got.root().shapeOf(name), name);
                assertArrayEquals(
                        values(want.root().tensor(name, shape)),
                        values(got.root().tensor(name, shape)),
                        name);
            }
            got.finish();
            assertEquals(want.float32Bytes(), got.float32Bytes(), part);
        }
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }

    /** Sizes that are read from the tensors are those of the folder's configurations. */
    private static void requireSizes(Set<String> parts, ModelFiles single, ModelFiles folder) throws IOException {
        List<String> faults = new ArrayList<>();
        for (String part : parts) {
            Json got = single.config(part);
            Json want = folder.config(part);
            for (String key : SIZES) {
                List<String> wanted = list(want.find(key));
                List<String> size = list(got.find(key));
                if (!wanted.isEmpty() && !size.equals(wanted)) {
                    faults.add("%s of %s: %s, want %s".formatted(key, part, size, wanted));
                }
            }
        }
        assertEquals(List.of(), faults);
    }

    private static final List<String> SIZES = List.of(
            "_class_name",
            "in_channels",
            "out_channels",
            "block_out_channels",
            "down_block_types",
            "up_block_types",
            "cross_attention_dim",
            "use_linear_projection",
            "addition_embed_type",
            "projection_class_embeddings_input_dim",
            "latent_channels",
            "scaling_factor",
            "use_quant_conv",
            "use_post_quant_conv",
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "max_position_embeddings",
            "projection_dim",
            "hidden_act");

    /** Nothing for null. */
    private static List<String> list(@Nullable Json value) throws IOException {
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        for (Json item : value.isList() ? value.asList() : List.of(value)) {
            texts.add(
                    item.isString()
                            ? item.asString()
                            : item.isNumber() ? Double.toString(item.asDouble()) : Boolean.toString(item.asBoolean()));
        }
        return texts;
    }
}
