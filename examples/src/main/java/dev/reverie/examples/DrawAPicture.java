package dev.reverie.examples;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.StepListener;
import dev.reverie.models.emoji.Emoji;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.swing.ImageIcon;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.SwingUtilities;

/** How do I draw a picture, and watch it form? {@code examples/run DrawAPicture ["A TEXT" [FILE]]} */
public final class DrawAPicture {
    /** A picture of 128 pixels is small on today's screens. */
    private static final int ZOOM = 3;

    private DrawAPicture() {}

    public static void main(String... args) throws IOException {
        String prompt = args.length > 0 ? args[0] : "a rocket";
        Path file = Path.of(args.length > 1 ? args[1] : "picture.png");

        // ImageModel.load(Path.of("stable-diffusion-v1-5")) opens a larger one; all else stays the same.
        try (ImageModel painter = Emoji.embedded()) {
            StepListener window = GraphicsEnvironment.isHeadless() ? StepListener.NONE : window(prompt);
            Image picture = painter.generate(Emoji.request(prompt).withSeed(7), step -> {
                System.out.printf("step %d of %d%n", step.step(), step.steps());
                return window.onStep(step);
            });
            picture.writePng(file);
            System.out.println(file + ": " + picture.width() + " x " + picture.height());
        }
    }

    /** Shows what the model expects the picture to become after every step; closing it stops the run. */
    private static StepListener window(String title) {
        JLabel label = new JLabel();
        JFrame frame = new JFrame(title);
        frame.setDefaultCloseOperation(JFrame.EXIT_ON_CLOSE);
        frame.add(label);
        return step -> {
            BufferedImage preview = enlarged(step.preview());
            SwingUtilities.invokeLater(() -> {
                label.setIcon(new ImageIcon(preview));
                frame.pack();
                frame.setVisible(true);
            });
            return true;
        };
    }

    private static BufferedImage enlarged(Image picture) {
        BufferedImage large =
                new BufferedImage(picture.width() * ZOOM, picture.height() * ZOOM, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < large.getHeight(); y++) {
            for (int x = 0; x < large.getWidth(); x++) {
                large.setRGB(x, y, rgb(picture, x / ZOOM, y / ZOOM));
            }
        }
        return large;
    }

    private static int rgb(Image picture, int x, int y) {
        return picture.get(x, y, 0) << 16 | picture.get(x, y, 1) << 8 | picture.get(x, y, 2);
    }
}
