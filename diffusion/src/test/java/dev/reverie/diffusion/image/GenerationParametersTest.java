package dev.reverie.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationParametersTest {
    private static GenerationParameters of(String prompt, String negative, String model) {
        return GenerationParameters.of(prompt, negative, 20, "Euler a", 7.0, -3, 512, 768, model);
    }

    @Test
    void isWebuisForm() {
        assertEquals("""
                a red fox
                Negative prompt: blurry
                Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: -3, Size: 512x768, Model: fox""", of("a red fox", "blurry", "fox").format());
        assertEquals(
                """
                a red fox
                Steps: 1, Sampler: DDIM, CFG scale: 7.25, Seed: 4, Size: 8x8, Model: "a, b: \\"c\\\""\
                """,
                GenerationParameters.of("a red fox", "", 1, "DDIM", 7.25, 4, 8, 8, "a, b: \"c\"")
                        .format());
    }

    /** As modules/infotext_utils.py of stable-diffusion-webui reads and writes it. */
    @Test
    void readsWhatWebuiWrites() {
        GenerationParameters read = GenerationParameters.parse("""
                girl, <lora:hypernet:1.0>
                second line
                Negative prompt: lowres, bad hands
                and feet
                Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 4294967296, Size: 512x512, \
                Model hash: 6ce0161689, Lora hashes: "a: 1f, b: 2e", Version: v1.6.0""");
        assertEquals("girl, <lora:hypernet:1.0>\nsecond line", read.prompt());
        assertEquals("lowres, bad hands\nand feet", read.negativePrompt());
        assertEquals("DPM++ 2M Karras", read.settings().get("Sampler"));
        assertEquals("a: 1f, b: 2e", read.settings().get("Lora hashes"));
        assertEquals(8, read.settings().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "two\nlines",
                "\n\nempty lines around\n\n",
                "quotes \" and ' and \\ and \\n",
                "commas, and: colons",
                "Steps: 20, Sampler: fake, CFG scale: 9, Seed: 1\nnot the last line",
                "says Negative prompt: inside a line",
                "emoji 🦊🏳️‍🌈, 日本語",
                "\ttabs\tand\rreturns\r\n",
                "{}[]()<lora:fox:0.8>"
            })
    void comesBack(String hostile) {
        for (String negative : new String[] {"", "blurry", hostile}) {
            GenerationParameters written = of(hostile, negative, hostile);
            assertEquals(written, GenerationParameters.parse(written.format()));
        }
    }

    @Test
    void otherTextIsAPrompt() {
        for (String text :
                new String[] {"", "a fox", "a fox\nin: the, snow", ":", ",,:,", "\"", "a\nb: \"", "Steps: 2"}) {
            GenerationParameters read = GenerationParameters.parse(text);
            assertEquals(text, read.prompt());
            assertEquals(Map.of(), read.settings());
        }
    }

    @Test
    void longTextsTakeNoTime() {
        String quotes = "a: \"" + "\\\"".repeat(500_000);
        String keys = "ab: ".repeat(500_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            GenerationParameters.parse(quotes);
            GenerationParameters.parse(keys);
            GenerationParameters.parse(", ".repeat(500_000));
            GenerationParameters.parse("\nNegative prompt:".repeat(100_000));
        });
    }

    @Test
    void refusesNamesThatWouldNotComeBack() {
        for (String key : new String[] {"", "a", "a,b", "a:b", " ab", "ab ", "a\nb"}) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put(key, "1");
            assertThrows(IllegalArgumentException.class, () -> new GenerationParameters("", "", settings));
        }
    }
}
