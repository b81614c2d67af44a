package dev.reverie.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.diffusion.Image;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizingTest {
    /** Checksums of the bytes that Pillow 13.0.0 makes of the same pictures. */
    @ParameterizedTest(name = "{0} of {1} channels, {2} x {3} to {4} x {5}")
    @CsvSource({
        "NEAREST, 3, 37, 53, 20, 30, 3463544644",
        "BOX, 4, 37, 53, 20, 30, 3030496400",
        "BILINEAR, 3, 37, 53, 20, 30, 2986317197",
        "HAMMING, 4, 37, 53, 20, 30, 2370274533",
        "BICUBIC, 3, 37, 53, 20, 30, 126290529",
        "LANCZOS, 4, 37, 53, 20, 30, 4014978899",
        "NEAREST, 4, 53, 37, 64, 9, 2780785888",
        "BOX, 3, 53, 37, 64, 9, 1747778402",
        "BILINEAR, 4, 53, 37, 64, 9, 1499127815",
        "HAMMING, 3, 53, 37, 64, 9, 484149440",
        "BICUBIC, 4, 53, 37, 64, 9, 673478236",
        "LANCZOS, 3, 53, 37, 64, 9, 3375736851",
        "NEAREST, 3, 61, 34, 16, 24, 4117766789",
        "BOX, 4, 61, 34, 16, 24, 636890675",
        "BILINEAR, 3, 61, 34, 16, 24, 4258959827",
        "HAMMING, 4, 61, 34, 16, 24, 4127421440",
        "BICUBIC, 3, 61, 34, 16, 24, 1300216535",
        "LANCZOS, 4, 61, 34, 16, 24, 2550107649",
        "NEAREST, 4, 34, 61, 20, 61, 1315979210",
        "BOX, 3, 34, 61, 20, 61, 3706636209",
        "BILINEAR, 4, 34, 61, 20, 61, 2404274680",
        "HAMMING, 3, 34, 61, 20, 61, 1619475275",
        "BICUBIC, 4, 34, 61, 20, 61, 1655190167",
        "LANCZOS, 3, 34, 61, 20, 61, 3687143836",
        "NEAREST, 3, 34, 90, 33, 20, 1276917502",
        "BOX, 4, 34, 90, 33, 20, 976306197",
        "BILINEAR, 3, 34, 90, 33, 20, 3690873247",
        "HAMMING, 4, 34, 90, 33, 20, 3287688936",
        "BICUBIC, 3, 34, 90, 33, 20, 3047896468",
        "LANCZOS, 4, 34, 90, 33, 20, 1756676330",
        "NEAREST, 4, 7, 5, 200, 3, 3603289616",
        "BOX, 3, 7, 5, 200, 3, 1918741031",
        "BILINEAR, 4, 7, 5, 200, 3, 2984785412",
        "HAMMING, 3, 7, 5, 200, 3, 4034146134",
        "BICUBIC, 4, 7, 5, 200, 3, 2951137149",
        "LANCZOS, 3, 7, 5, 200, 3, 804007901",
        "NEAREST, 3, 1, 1, 9, 4, 3116091403",
        "BOX, 4, 1, 1, 9, 4, 2864112605",
        "BILINEAR, 3, 1, 1, 9, 4, 3116091403",
        "HAMMING, 4, 1, 1, 9, 4, 2864112605",
        "BICUBIC, 3, 1, 1, 9, 4, 3116091403",
        "LANCZOS, 4, 1, 1, 9, 4, 2864112605",
        "NEAREST, 4, 300, 200, 1, 1, 3975174360",
        "BOX, 3, 300, 200, 1, 1, 1533748363",
        "BILINEAR, 4, 300, 200, 1, 1, 2728619561",
        "HAMMING, 3, 300, 200, 1, 1, 1986644742",
        "BICUBIC, 4, 300, 200, 1, 1, 2728619561",
        "LANCZOS, 3, 300, 200, 1, 1, 1533748363",
        "NEAREST, 3, 64, 64, 32, 32, 1195606670",
        "BOX, 4, 64, 64, 32, 32, 3244164944",
        "BILINEAR, 3, 64, 64, 32, 32, 1809008407",
        "HAMMING, 4, 64, 64, 32, 32, 2461855866",
        "BICUBIC, 3, 64, 64, 32, 32, 2420897436",
        "LANCZOS, 4, 64, 64, 32, 32, 1129792440",
        "NEAREST, 4, 40, 40, 40, 17, 2155954174",
        "BOX, 3, 40, 40, 40, 17, 1535133460",
        "BILINEAR, 4, 40, 40, 40, 17, 1353106075",
        "HAMMING, 3, 40, 40, 40, 17, 1872227402",
        "BICUBIC, 4, 40, 40, 40, 17, 2949876429",
        "LANCZOS, 3, 40, 40, 40, 17, 2778527758"
    })
    void isPillows(ResizeFilter filter, int channels, int width, int height, int toWidth, int toHeight, long checksum) {
        Image resized = Resizing.resize(picture(width, height, channels), toWidth, toHeight, filter);
        CRC32 sum = new CRC32();
        sum.update(resized.pixels());
        assertEquals(checksum, sum.getValue());
    }

    private static Image picture(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        int state = width * 31 + height;
        for (int i = 0; i < pixels.length; i++) {
            state = state * 1_103_515_245 + 12_345;
            pixels[i] = (byte) (state >> 16);
        }
        return Image.of(width, height, channels, pixels);
    }

    @Test
    void keepsTextsAndEqualSizes() {
        Image picture = picture(5, 4, 3).withTexts(Map.of("fox", "red"));
        assertSame(picture, Resizing.resize(picture, 5, 4, ResizeFilter.LANCZOS));
        assertEquals(
                picture.texts(),
                Resizing.resize(picture, 2, 9, ResizeFilter.BOX).texts());
    }

    @Test
    void refusesSizesThatAreNone() {
        Image picture = picture(5, 4, 3);
        for (int side : new int[] {0, -1, Image.MAX_SIDE + 1, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> Resizing.resize(picture, side, 4, ResizeFilter.BOX));
        }
    }
}
