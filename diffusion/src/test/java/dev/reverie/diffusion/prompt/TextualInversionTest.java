package dev.reverie.diffusion.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextualInversionTest {
    @TempDir
    private Path temp;

    /** Written by torch.save; see the names for what. */
    private Path resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
            Path file = temp.resolve(name);
            Files.copy(in, file);
            return file;
        }
    }

    private Path safetensors(String file, SafetensorsWriter writer) throws IOException {
        Path path = temp.resolve(file);
        writer.write(path);
        return path;
    }

    private static Tensor zeros(int... sizes) {
        return Tensor.zeros(Shape.of(sizes));
    }

    @Test
    void aTensorIsNamedAfterItsToken() throws IOException {
        TextualInversion fox = TextualInversion.load(resource("learned_embeds.bin"));
        assertEquals("<fox>", fox.token());
        assertArrayEquals(new float[] {0, 0.25f, 0.5f, 0.75f}, fox.rows(4).toArray());
        assertEquals(Shape.of(1, 4), fox.vectors().shape());
        Path renamed = safetensors("x.safetensors", new SafetensorsWriter().put("<boat>", zeros(24)));
        assertEquals("<boat>", TextualInversion.load(renamed).token());
        assertEquals("my", TextualInversion.load(renamed, "my").token());
    }

    @Test
    void filesOfWebInterfacesAreNamedAfterTheFile() throws IOException {
        TextualInversion mist = TextualInversion.load(resource("mist.pt"));
        assertEquals("mist", mist.token());
        assertEquals(Shape.of(2, 4), mist.vectors().shape());
        Path style =
                safetensors("harbour-style.v2.safetensors", new SafetensorsWriter().put("emb_params", zeros(3, 8)));
        assertEquals("harbour-style.v2", TextualInversion.load(style).token());
        assertEquals(3, TextualInversion.load(style).count());
    }

    @Test
    void filesForSdxlHaveVectorsForBothEncoders() throws IOException {
        Path file = safetensors(
                "xl.safetensors",
                new SafetensorsWriter().put("clip_l", zeros(2, 8)).put("clip_g", zeros(2, 12)));
        TextualInversion inversion = TextualInversion.load(file);
        assertEquals(8, inversion.rows(8).dim(1));
        assertEquals(12, inversion.secondRows(12).dim(1));
        Path uneven = safetensors(
                "uneven.safetensors",
                new SafetensorsWriter().put("clip_l", zeros(2, 8)).put("clip_g", zeros(1, 12)));
        assertThrows(IllegalArgumentException.class, () -> TextualInversion.load(uneven));
    }

    @Test
    void anotherWidthIsRefused() throws IOException {
        TextualInversion fox = TextualInversion.load(resource("learned_embeds.bin"));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> fox.rows(768));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("width 4, the text encoder's have 768"),
                refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> fox.secondRows(4));
    }

    @Test
    void brokenFilesAreRefused() throws IOException {
        requireFault("not finite", resource("nan.bin"));
        requireFault(
                "no textual inversion",
                safetensors(
                        "two.safetensors",
                        new SafetensorsWriter().put("a", zeros(2)).put("b", zeros(2))));
        requireFault("the shape", safetensors("cube.safetensors", new SafetensorsWriter().put("a", zeros(1, 2, 3))));
        requireFault("the shape", safetensors("none.safetensors", new SafetensorsWriter().put("a", zeros(0, 4))));
        requireFault("the shape", safetensors("many.safetensors", new SafetensorsWriter().put("a", zeros(1001, 1))));
    }

    private static void requireFault(String sentence, Path file) {
        CheckpointException fault = assertThrows(CheckpointException.class, () -> TextualInversion.load(file));
        assertTrue(String.valueOf(fault.getMessage()).contains(sentence), fault.getMessage());
    }

    @Test
    void aTokenThatIsThereIsRefused() throws IOException {
        Tokenizer tokenizer = Tokenizer.load(Goldens.repository().resolve("goldens/tokenizer/clip-small"));
        TextualInversion fox = TextualInversion.load(resource("learned_embeds.bin"));
        Tokenizer more = fox.addedTo(tokenizer);
        assertEquals(tokenizer.size(), more.encode("a <FOX>").ids()[1]);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> fox.addedTo(more));
        assertTrue(String.valueOf(refused.getMessage()).contains("a token \"<fox>\" already"), refused.getMessage());
    }
}
