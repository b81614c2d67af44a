package dev.reverie.examples;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * What does speech look like? Time runs to the right, pitch upwards, light is loudness: {@code examples/run
 * DrawSpectrogram dream.wav dream.png}
 */
public final class DrawSpectrogram {
    private static final int FFT_SIZE = 512;
    private static final int HOP = 120;
    private static final int BINS = FFT_SIZE / 2 + 1;
    /** What is this much weaker than the loudest is black. */
    private static final double RANGE_DECIBELS = 80;

    private DrawSpectrogram() {}

    public static void main(String... args) throws IOException, UnsupportedAudioFileException {
        if (args.length != 2) {
            System.err.println("usage: DrawSpectrogram WAV PNG");
            return;
        }
        float[] samples = readWav(Path.of(args[0]));
        // A workspace owns the memory of a computation, a frame lends it for the time of a block.
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor sound = Tensor.of(Shape.of(1, samples.length), samples);
            // [1, columns, bins]: squared magnitudes
            Tensor spectrum = new Spectra(FFT_SIZE, HOP).power(frame, sound, Spectra.Padding.ZEROS);
            Path file = Path.of(args[1]);
            ImageIO.write(draw(spectrum), "png", file.toFile());
            System.out.println(file + ": " + spectrum.dim(1) + " x " + BINS);
        }
    }

    /** Samples in [-1, 1] of a file with one channel of 16 bits. */
    private static float[] readWav(Path file) throws IOException, UnsupportedAudioFileException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
                AudioInputStream in = AudioSystem.getAudioInputStream(bytes)) {
            AudioFormat format = in.getFormat();
            if (format.getChannels() != 1 || format.getSampleSizeInBits() != 16 || format.isBigEndian()) {
                throw new UnsupportedAudioFileException(file + ": one channel of 16 bits is needed, not " + format);
            }
            byte[] data = in.readAllBytes();
            float[] samples = new float[data.length / 2];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (short) ((data[2 * i] & 0xFF) | (data[2 * i + 1] << 8)) / 32768f;
            }
            return samples;
        }
    }

    private static BufferedImage draw(Tensor spectrum) {
        int width = spectrum.dim(1);
        double loudest = 1e-12;
        for (int x = 0; x < width; x++) {
            for (int bin = 0; bin < BINS; bin++) {
                loudest = Math.max(loudest, spectrum.get(x * BINS + bin));
            }
        }
        BufferedImage image = new BufferedImage(width, BINS, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int bin = 0; bin < BINS; bin++) {
                double decibels = 10 * Math.log10(spectrum.get(x * BINS + bin) / loudest + 1e-18);
                image.setRGB(x, BINS - 1 - bin, colour((float) Math.max(0, 1 + decibels / RANGE_DECIBELS)));
            }
        }
        return image;
    }

    /** From black over violet and orange to white. */
    private static int colour(float light) {
        float hue = 0.75f + 0.38f * light;
        return Color.HSBtoRGB(hue, 1 - light * light * light, Math.min(1, 1.3f * light));
    }
}
