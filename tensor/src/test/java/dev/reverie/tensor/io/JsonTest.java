package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String FILE = "config.json";

    private static Json json(String text) throws IOException {
        return Json.parse(FILE, text);
    }

    private static void assertFault(String message, Executable run) {
        assertEquals(message, assertThrows(CheckpointException.class, run).getMessage());
    }

    @Test
    void values() throws IOException {
        Json config = json("""
                {"dim": 512, "eps": 1e-5, "name": "fox \\ud83e\\udd8a", "tied": true, "none": null, "max": 1000000000000000019884624838656,
                 "dims": [1, 2, 3], "words": ["a", "b"], "text": {"layers": [{"dim": 7}]}}
                """);
        assertEquals(512, config.getInt("dim"));
        assertEquals(512.0, config.getDouble("dim"));
        assertEquals(1e-5, config.getDouble("eps"));
        assertEquals("fox \ud83e\udd8a", config.getString("name"));
        assertTrue(config.getBoolean("tied"));
        assertTrue(config.get("none").isNull());
        assertTrue(config.has("none"));
        assertNull(config.find("none"));
        assertNull(config.find("other"));
        assertEquals(9, config.getInt("none", 9));
        assertEquals(512, config.getInt("dim", 9));
        assertEquals(1e30, config.getDouble("max"), 1e15);
        assertArrayEquals(new int[] {1, 2, 3}, config.getInts("dims"));
        assertEquals(List.of("a", "b"), config.getStrings("words"));
        assertEquals(7, config.get("text").getList("layers").getFirst().getInt("dim"));
        assertEquals(
                List.of("dim", "eps", "name"), config.keys().stream().limit(3).toList());
    }

    @Test
    void kinds() throws IOException {
        List<Json> all = json("[{}, [], \"\", 1, 1.5, false, null]").asList();
        assertTrue(all.get(0).isObject()
                && all.get(1).isList()
                && all.get(2).isString()
                && all.get(6).isNull());
        assertTrue(all.get(3).isNumber() && all.get(4).isNumber());
        assertFalse(all.get(5).isNumber() || all.get(5).isString());
    }

    @Test
    void faultsNameFileAndKey() throws IOException {
        Json config = json("{\"dim\": \"x\", \"big\": 4294967296, \"half\": 1.0, \"text\": {\"layers\": [{}, 5]}}");
        assertFault("config.json: \"n_layer\" is missing", () -> config.getInt("n_layer"));
        assertFault("config.json: \"dim\" must be an integer, not \"x\"", () -> config.getInt("dim"));
        assertFault("config.json: \"big\" must be an integer of 32 bits, not 4294967296", () -> config.getInt("big"));
        assertFault("config.json: \"half\" must be an integer, not 1.0", () -> config.getInt("half"));
        assertFault("config.json: \"text\" must be a number, not an object", () -> config.getDouble("text"));
        List<Json> layers = config.get("text").getList("layers");
        assertFault(
                "config.json: \"text.layers[0].dim\" is missing",
                () -> layers.get(0).get("dim"));
        assertFault(
                "config.json: \"text.layers[1]\" must be an object, not 5",
                () -> layers.get(1).get("dim"));
        assertFault("config.json: the value must be a list, not an object", config::asList);
        assertEquals(
                "config.json: \"dim\" is odd", config.get("dim").fault("is odd").getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{} {}",
                "[1] x",
                "NaN",
                "[INF]",
                "[-NaN]",
                "[+Infinity]",
                "[Infinit]",
                "\ufeff{}",
                "// x\n{}",
                "{'a':1}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":null,\"a\":null}",
                "[\"\\ud800\"]",
                "[1e999]",
                "[01]",
                "[tru]",
                "[\"a\nb\"]",
                "[+1]",
                "[.5]"
            })
    void refused(String text) {
        String message = String.valueOf(
                assertThrows(CheckpointException.class, () -> json(text)).getMessage());
        assertTrue(message.startsWith("config.json: "), message);
    }

    @Test
    void case07Depth() throws IOException {
        assertThrows(CheckpointException.class, () -> json("[".repeat(100_000)));
        assertThrows(CheckpointException.class, () -> json("{\"a\":".repeat(100_000)));
        assertTrue(json("[".repeat(200) + "]".repeat(200)).isList());
    }

    @Test
    void infinitiesOfPython() throws IOException {
        Json config = json("{\"lambda_min_clipped\": -Infinity, \"max\": Infinity}");
        assertEquals(Double.NEGATIVE_INFINITY, config.getDouble("lambda_min_clipped"));
        assertEquals(Double.POSITIVE_INFINITY, config.getDouble("max"));
        assertFault("config.json: \"max\" must be an integer, not Infinity", () -> config.getInt("max"));
    }

    @Test
    void longNumbers() throws IOException {
        assertThrows(CheckpointException.class, () -> json("[" + "9".repeat(2000) + "]"));
        assertThrows(CheckpointException.class, () -> json("[1." + "9".repeat(2000) + "]"));
        assertThrows(CheckpointException.class, () -> json("[1e" + "9".repeat(500) + "]"));
        assertEquals(
                1.0, json("[1." + "0".repeat(500) + "]").asList().getFirst().asDouble());
    }

    @Test
    void malformedUtf8() {
        byte[] latin1 = "{\"ü\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertFault(
                "config.json: is not JSON: its bytes are not UTF-8",
                () -> Json.read(FILE, new ByteArrayInputStream(latin1)));
    }

    @Test
    void faultsOfTheStreamStayWhatTheyAre() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        IOException e = assertThrows(IOException.class, () -> Json.read(FILE, broken));
        assertEquals("Stream closed", e.getMessage());
    }

    @Test
    void notAFile(@TempDir Path folder) {
        IOException e = assertThrows(IOException.class, () -> Json.read(folder));
        assertTrue(String.valueOf(e.getMessage()).contains(folder.toString()));
    }
}
