package dev.reverie.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipProcessorTest {
    private static ClipProcessor read(String options) throws IOException {
        return ClipProcessor.read(Json.parse("preprocessor_config.json", """
                {"size": 224, "crop_size": 224, "image_mean": [0.48145466, 0.4578275, 0.40821073],
                 "image_std": [0.26862954, 0.26130258, 0.27577711]""" + options + "}"));
    }

    @Test
    void allStepsThatAreDone() throws IOException {
        assertEquals(ClipProcessor.STANDARD, read(""));
        assertEquals(ClipProcessor.STANDARD, read("""
                , "do_resize": true, "do_center_crop": true, "do_rescale": true, "do_normalize": true,
                "rescale_factor": 0.00392156862745098, "do_convert_rgb": true, "do_pad": null, "house_style": 1"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "do_resize": false      | "do_resize" must be true, not false
            "do_center_crop": false | "do_center_crop" must be true, not false
            "do_rescale": false     | "do_rescale" must be true, not false
            "do_normalize": null    | "do_normalize" must be true, not null
            "rescale_factor": 1     | "rescale_factor" must be 0.00392156862745098, not 1
            "do_pad": true          | "do_pad" must be false, not true
            "use_square_size": true | "use_square_size" must be false, not true
            "resample": 6           | resample 6
            """)
    void case26StepsThatAreNot(String option, String message) {
        CheckpointException refused = assertThrows(CheckpointException.class, () -> read(", " + option));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }
}
