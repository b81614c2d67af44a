package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Expected values are those of torch 2.13.0 (x86, MKL 2024.2), to the bit. */
class RealFft20Test {
    private static final int OUTPUTS = 2 * RealFft20.BINS;

    /** {@code torch.fft.rfft} of the first 20 numbers of {@link #noise}. */
    private static final float[] SPECTRUM = {
        -0x1.ed22ep-4f,
        0x0p0f,
        0x1.e45e4p-4f,
        0x1.372ab4p1f,
        -0x1.06712ap1f,
        0x1.b5b78p-6f,
        0x1.15b4ecp-2f,
        -0x1.08285p-2f,
        -0x1.80cfc8p-1f,
        -0x1.89aee6p0f,
        -0x1.62565ap0f,
        0x1.4ecd5cp0f,
        -0x1.768fc4p-1f,
        0x1.21d5ap2f,
        -0x1.7350c6p-1f,
        -0x1.3e0494p1f,
        -0x1.e86ap-10f,
        -0x1.a43c4ep0f,
        0x1.947778p0f,
        -0x1.78d96p-2f,
        -0x1.890f9cp1f,
        0x0p0f
    };

    /** The same of the next 20 numbers, mirrored around the middle and windowed: as the first frame of torch.stft. */
    private static final float[] SPECTRUM_OF_MIRRORED = {
        0x1.7834cp-2f,
        0x0p0f,
        -0x1.5b18c4p0f,
        0x1.8p-23f,
        0x1.4b7a96p0f,
        0x1p-22f,
        -0x1.4e98cep0f,
        0x1p-25f,
        0x1.5dcefap1f,
        -0x1.8p-24f,
        -0x1.244d6p1f,
        -0x1.8p-24f,
        0x1.d8124p-2f,
        -0x1p-25f,
        0x1.566e6p-2f,
        -0x1p-25f,
        0x1.17b8p-2f,
        -0x1p-24f,
        0x1.386244p-2f,
        -0x1p-23f,
        -0x1.46f324p0f,
        0x0p0f
    };

    /** CRC-32 of the spectra, big-endian, of the first 10,000 times 20 numbers. */
    private static final long CRC_OF_SPECTRA = 0x3eda65edL;

    @Test
    void equalsTorch() {
        assertSameBits(SPECTRUM, spectrum(noise(20), 0));
    }

    @Test
    void roundingErrorsOfAMirroredFrameEqualTorch() {
        float[] frame = noise(40);
        for (int i = 1; i < 10; i++) {
            frame[20 + 10 + i] = frame[20 + 10 - i];
        }
        for (int i = 0; i < 20; i++) {
            frame[20 + i] *= RealFft20.hann(i);
        }
        assertSameBits(SPECTRUM_OF_MIRRORED, spectrum(frame, 20));
    }

    @Test
    void manySpectraEqualTorch() {
        float[] x = noise(200_000);
        float[] y = new float[OUTPUTS];
        ByteBuffer bytes = ByteBuffer.allocate(OUTPUTS * Float.BYTES);
        CRC32 crc = new CRC32();
        for (int from = 0; from < x.length; from += RealFft20.SIZE) {
            RealFft20.transform(x, from, y, 0);
            bytes.clear();
            bytes.asFloatBuffer().put(y);
            crc.update(bytes);
        }
        assertEquals(CRC_OF_SPECTRA, crc.getValue());
    }

    /** Independent of torch: the definition, in double. */
    @Test
    void isTheFourierTransform() {
        float[] x = noise(20);
        float[] y = spectrum(x, 0);
        for (int k = 0; k < RealFft20.BINS; k++) {
            int bin = k;
            double re = IntStream.range(0, 20)
                    .mapToDouble(i -> x[i] * Math.cos(Math.PI * bin * i / 10))
                    .sum();
            double im = IntStream.range(0, 20)
                    .mapToDouble(i -> -x[i] * Math.sin(Math.PI * bin * i / 10))
                    .sum();
            // 8 roundings of sums below 8 in modulus
            double bound = 8 * 8 * 0x1p-24;
            assertTrue(Math.abs(re - y[2 * k]) < bound && Math.abs(im - y[2 * k + 1]) < bound, "bin " + k);
        }
    }

    private static float[] spectrum(float[] x, int from) {
        int to = 3;
        float[] y = new float[to + OUTPUTS];
        RealFft20.transform(x, from, y, to);
        return Arrays.copyOfRange(y, to, y.length);
    }

    /** Multiples of 2^-23 in [-1, 1), from the generator of Numerical Recipes. */
    private static float[] noise(int count) {
        float[] x = new float[count];
        int state = 1;
        for (int i = 0; i < count; i++) {
            state = state * 1664525 + 1013904223;
            x[i] = (state >>> 8) * 0x1p-23f - 1f;
        }
        return x;
    }

    private static void assertSameBits(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual[i]), "number " + i);
        }
    }
}
