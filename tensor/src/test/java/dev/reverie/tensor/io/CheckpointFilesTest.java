package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.SmallCheckpoint.messageOf;
import static dev.reverie.tensor.io.SmallCheckpoint.small;
import static dev.reverie.tensor.io.SmallCheckpoint.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files a path stands for: one, the shards of an index, a folder. */
class CheckpointFilesTest {
    @TempDir
    Path folder;

    private Path index(String json) throws IOException {
        return Files.writeString(folder.resolve("fox.safetensors.index.json"), json);
    }

    private void shards() throws IOException {
        write(folder.resolve("1.safetensors"), new SafetensorsWriter().put("a", Tensor.of(1)));
        write(
                folder.resolve("2.safetensors"),
                new SafetensorsWriter().put("b", Tensor.of(2)).put("c", Tensor.of(3)));
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
        write(folder.resolve("3.safetensors"), new SafetensorsWriter().put("a", Tensor.of(1)));
        assertIndexRefused("\"a\"", "{\"weight_map\": {\"a\": \"3.safetensors\", \"a\": \"1.safetensors\"}}");
        write(
                folder.resolve("2.safetensors"),
                new SafetensorsWriter().put("a", Tensor.of(1)).put("b", Tensor.of(1)));
        assertIndexRefused("tensor \"a\" is", "{\"weight_map\": {\"a\": \"3.safetensors\", " + b + "}}");
    }

    @Test
    void foldersHoldOneCheckpoint() throws IOException {
        assertTrue(messageOf(() -> Checkpoint.open(folder)).contains("holds no checkpoint"));
        Files.writeString(folder.resolve("config.json"), "{}");
        Path fox = small(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(3, checkpoint.names().size());
        }
        Files.copy(fox, folder.resolve("owl.safetensors"));
        assertTrue(messageOf(() -> Checkpoint.open(folder)).endsWith("fox.safetensors, owl.safetensors"));
    }
}
