package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.reverie.diffusion.Image;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise of same bits with everything that can be put on a model: a ControlNet, a T2I-Adapter, an IP-Adapter, a LoRA
 * and a mask at once, at 1, 2 and 5 threads, in vectors and in scalar code.
 */
class SameAdaptedPictureTest {
    /** Of the pixels. Changes only in a commit that changes the picture on purpose and says why. */
    private static final String SHA_256 = "fef8b4f372594c4289213f0949d84ea52dd149fa13e90bf1f0a89a112d69695e";

    @TempDir
    Path folder;

    private final Map<String, List<String>> options = new LinkedHashMap<>();

    @BeforeEach
    void writeParts() throws Exception {
        ToyParts parts = new ToyParts(folder);
        Path picture = parts.picture("picture.png", 3);
        Path other = parts.picture("other.png", 11);
        options.put("ControlNet", List.of("--control", parts.controlNet() + "=" + picture + ":0.7"));
        options.put("T2I-Adapter", List.of("--control", ToyParts.t2iAdapter() + "=" + other + ":0.5"));
        options.put(
                "IP-Adapter",
                List.of(
                        "--ip-adapter",
                        parts.ipAdapter().toString(),
                        "--reference",
                        other.toString(),
                        "--reference-scale",
                        "0.8",
                        "--image-encoder",
                        parts.imageEncoder().toString()));
        options.put("LoRA", List.of("--lora", parts.lora() + ":0.6"));
        options.put("mask", List.of("--init", picture.toString(), "--mask", other.toString()));
    }

    static Stream<Arguments> machines() throws ReflectiveOperationException {
        return SameBytesTest.pictures();
    }

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @MethodSource("machines")
    void ofAnyWidthOnAnyNumberOfThreads(int lanes, int threads) throws Exception {
        assertEquals(SHA_256, digest(lanes, threads, ""));
    }

    /** Each part counts, or the digest would prove nothing of it. */
    @Test
    void eachPartChangesThePicture() throws Exception {
        for (String part : options.keySet()) {
            assertNotEquals(SHA_256, digest(4, 2, part), "without the " + part);
        }
    }

    private String digest(int lanes, int threads, String without) throws Exception {
        List<String> args =
                new ArrayList<>(List.of("imagine", "--model", ToyParts.model().toString()));
        options.forEach((part, words) -> args.addAll(part.equals(without) ? List.of() : words));
        args.addAll(List.of("--steps", "3", "--size", "48x32", "--seed", "7", "--out", "same.png", "a red fox"));
        Forked.Result result = Forked.onModulePath(folder)
                .with("JDK_JAVA_OPTIONS", "-Dreverie.lanes=" + lanes + " -Dreverie.threads=" + threads)
                .run(args.toArray(String[]::new));
        assertEquals(0, result.code(), result.err());
        byte[] pixels = Image.read(folder.resolve("same.png")).pixels();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels));
    }
}
