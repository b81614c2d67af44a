package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StepsSheetTest {
    private static Image filled(int width, int height, int value) {
        byte[] pixels = new byte[width * height * 3];
        Arrays.fill(pixels, (byte) value);
        return Image.of(width, height, 3, pixels);
    }

    /** As the steps of a picture that is enlarged are. */
    @Test
    void picturesOfTwoSizesStandInCellsOfTheLarger() {
        StepsSheet sheet = new StepsSheet();
        sheet.add(filled(2, 3, 10));
        sheet.add(filled(4, 6, 20));
        Image picture = sheet.picture();
        assertEquals(8, picture.width());
        assertEquals(6, picture.height());
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 8; x++) {
                int expected = x >= 4 ? 20 : x < 2 && y < 3 ? 10 : 255;
                assertEquals(expected, picture.get(x, y, 0), x + ", " + y);
            }
        }
    }

    @Test
    void aThousandStepsFitAPicture() {
        StepsSheet sheet = new StepsSheet();
        for (int i = 0; i < 1001; i++) {
            sheet.add(filled(128, 128, i % 200));
        }
        Image picture = sheet.picture();
        assertTrue(Image.fits(picture.width(), picture.height()));
        assertEquals(5 * 64, picture.width());
        assertEquals(200 * 64, picture.height());
        assertEquals(7, picture.get(2 * 64 + 63, 64 + 63, 1));
    }
}
