package dev.reverie.examples;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.models.emoji.Emoji;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How do I redraw a part of a picture and leave the rest? {@code examples/run PaintIntoAPicture [FOLDER [MODEL PICTURE
 * MASK "A TEXT"]]}
 *
 * <p>Models made for it (stable-diffusion-inpainting) see the rest of the picture while they draw; any other model works
 * too, the rest is put back under it after every step. Without a model the embedded one draws a face and gives it
 * another upper half.
 */
public final class PaintIntoAPicture {
    private PaintIntoAPicture() {}

    public static void main(String... args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");
        boolean own = args.length == 5;

        try (ImageModel painter = own ? ImageModel.load(Path.of(args[1])) : Emoji.embedded()) {
            Image before = own ? Image.read(Path.of(args[2])) : painter.generate(Emoji.request("smiling face"));
            Image mask = own ? Image.read(Path.of(args[3])) : upperHalf(before);
            ImageRequest request = own ? ImageRequest.of(args[4]) : Emoji.request("smiling face with sunglasses");

            StartImage start = StartImage.of(before).withMask(mask).withStrength(1);
            Image after = painter.generate(request.withStart(start));

            before.writePng(folder.resolve("before.png"));
            mask.writePng(folder.resolve("mask.png"));
            after.writePng(folder.resolve("painted.png"));
            System.out.println(folder.resolve("painted.png") + ": " + request.prompt());
        }
    }

    /** White where the picture is redrawn, black where it stays. */
    private static Image upperHalf(Image picture) {
        byte[] pixels = new byte[picture.width() * picture.height() * 3];
        Arrays.fill(pixels, 0, pixels.length / 2, (byte) 255);
        return Image.of(picture.width(), picture.height(), 3, pixels);
    }
}
