package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
    @TempDir
    Path folder;

    private static final String HEADER = """
            {"__metadata__":{"by":"\\u001b[31mhand"},\
            "b\\u0007ell":{"dtype":"I8","shape":[3],"data_offsets":[4,7]},\
            "a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}""";

    private void writeCheckpoint(String name) throws IOException {
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 7).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve(name), bytes.putLong(header.length).put(header).array());
    }

    @Test
    void listsTensorsByName() throws Exception {
        writeCheckpoint("two.safetensors");
        Forked.Result result = Forked.onModulePath(folder).run("inspect", "two.safetensors");
        assertEquals(0, result.code(), result.err());
        assertEquals(
                List.of(
                        "a      F16                   4 bytes  [2, 1]",
                        "b\uFFFDell  I8                    3 bytes  [3]",
                        "metadata: by = \uFFFD[31mhand",
                        "two.safetensors: 2 tensors",
                        "2 tensors (I8 1, F16 1), 5 numbers, 7 bytes"),
                result.out().lines().toList());
    }

    @Test
    void saysWhatIsNoCheckpoint() throws Exception {
        Image.of(1, 1, 3, new byte[3]).writeJpeg(folder.resolve("a.jpg"), 90);
        Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"StableDiffusionPipeline\"}");
        Forked.Result picture = Forked.onModulePath(folder).run("inspect", "a.jpg");
        assertEquals(1, picture.code());
        assertTrue(picture.err().contains("a.jpg: is a JPEG picture"), picture.err());
        Forked.Result json = Forked.onModulePath(folder).run("imagine", "-m", "model_index.json", "sun");
        assertTrue(json.err().contains("name the folder that it lies in"), json.err());
    }

    @Test
    void printsJson() throws Exception {
        writeCheckpoint("two.safetensors");
        Forked.Result result = Forked.onModulePath(folder).run("inspect", "--json", ".");
        assertEquals(0, result.code(), result.err());
        String compact = result.out().replaceAll("\\s", "");
        assertTrue(
                compact.contains("\"tensors\":[{\"name\":\"a\",\"dtype\":\"F16\",\"shape\":[2,1],\"bytes\":4},"),
                compact);
        assertTrue(compact.contains("\"metadata\":{\"by\":\"\\u001B[31mhand\"}"), compact);
        assertTrue(compact.endsWith("\"bytes\":7}"), compact);
    }
}
