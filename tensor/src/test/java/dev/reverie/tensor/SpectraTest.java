package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.testing.MelFilters;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spectra against the definition in double, both ways of computing them, and back. */
class SpectraTest {
    private final Workspace workspace = Workspace.create();

    @ParameterizedTest(name = "size {0}, hop {1}")
    @CsvSource({"2, 1", "20, 5", "32, 7", "34, 17", "60, 20", "400, 160", "14, 3"})
    void polarIsTheDefinition(int size, int hop) {
        Tensor x = signal(2, 1000);
        Spectra spectra = new Spectra(size, hop);
        try (Frame frame = workspace.frame()) {
            Spectra.Polar polar = spectra.polar(frame, x);
            Tensor power = spectra.power(frame, x, Spectra.Padding.REFLECT);
            int frames = spectra.frames(1000);
            int bins = size / 2 + 1;
            assertEquals(Shape.of(2, frames, bins), polar.phase().shape());
            for (int f = 0; f < frames; f++) {
                for (int k = 0; k < bins; k++) {
                    int at = (frames + f) * bins + k;
                    double[] expected = bin(x, 1000, size, f * hop - size / 2, k);
                    double magnitude = polar.magnitude().get(at);
                    double phase = polar.phase().get(at);
                    assertEquals(expected[0], magnitude * Math.cos(phase), 1e-5);
                    assertEquals(expected[1], magnitude * Math.sin(phase), 1e-5);
                    assertEquals(magnitude * magnitude, power.get(at), 1e-4);
                }
            }
        }
    }

    /** Bin {@code k} of the frame of signal 1 that starts at sample {@code start}. */
    private static double[] bin(Tensor x, int samples, int size, int start, int k) {
        double re = 0;
        double im = 0;
        for (int j = 0; j < size; j++) {
            int t = Math.abs(start + j);
            t = t < samples ? t : 2 * (samples - 1) - t;
            double v = x.get(samples + t) * (0.5 - 0.5 * Math.cos(2 * Math.PI * j / size));
            re += v * Math.cos(2 * Math.PI * j * k / size);
            im -= v * Math.sin(2 * Math.PI * j * k / size);
        }
        return new double[] {re, im};
    }

    @ParameterizedTest(name = "size {0}, hop {1}")
    @CsvSource({"20, 5", "34, 16", "90, 30", "400, 100", "1024, 256"})
    void inverseGivesTheSignalBack(int size, int hop) {
        Tensor x = signal(2, 40 * hop);
        Spectra spectra = new Spectra(size, hop);
        try (Frame frame = workspace.frame()) {
            Spectra.Polar polar = spectra.polar(frame, x);
            Tensor y = spectra.inverse(frame, polar.magnitude(), polar.phase());
            assertEquals(x.shape(), y.shape());
            for (int i = 0; i < x.elementCount(); i++) {
                assertEquals(x.get(i), y.get(i), 3e-6);
            }
        }
    }

    /** The first frame of a reflected signal is symmetric: phases are 0 or pi to the bit, but for 20 samples, torch's. */
    @Test
    void symmetricFrameHasARealSpectrum() {
        try (Frame frame = workspace.frame()) {
            Tensor phase = new Spectra(16, 4).polar(frame, signal(1, 200)).phase();
            for (int k = 0; k <= 8; k++) {
                float expected = Math.abs(phase.get(k)) < 1 ? 0f : (float) Math.PI;
                assertEquals(expected, phase.get(k));
            }
        }
    }

    @Test
    void melFilters() {
        MelFilters filters = MelFilters.slaney(16000, 400, 40);
        float[] sums = new float[40];
        for (int i = 0; i < filters.weights().elementCount(); i++) {
            sums[i / 201] += filters.weights().get(i);
        }
        assertEquals(1, sums[39] * 40, 1e-2); // unit area: the sum times 40 Hz a bin
        assertEquals(0f, filters.weights().get(0));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new Spectra(21, 5));
        assertThrows(IllegalArgumentException.class, () -> new Spectra(20, 11));
        try (Frame frame = workspace.frame()) {
            assertThrows(ShapeException.class, () -> new Spectra(20, 5).polar(frame, signal(1, 10)));
        }
    }

    private static Tensor signal(int batch, int samples) {
        Random random = new Random(samples);
        float[] x = new float[batch * samples];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
        return Tensor.of(Shape.of(batch, samples), x);
    }
}
