package dev.reverie.examples;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.models.emoji.Emoji;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How do I change a picture that I have? {@code examples/run ChangeAPicture [FOLDER [MODEL PICTURE "A TEXT"]]}
 *
 * <p>Without a model the embedded one draws an apple and makes something else of it.
 */
public final class ChangeAPicture {
    private ChangeAPicture() {}

    public static void main(String... args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");
        boolean own = args.length == 4;

        try (ImageModel painter = own ? ImageModel.load(Path.of(args[1])) : Emoji.embedded()) {
            Image before = own ? Image.read(Path.of(args[2])) : painter.generate(Emoji.request("red apple"));
            ImageRequest request = own ? ImageRequest.of(args[3]) : Emoji.request("green apple");
            before.writePng(folder.resolve("before.png"));

            // The run begins with the picture under some noise instead of noise alone. The strength says how much: with
            // little only colours change, with 1 nothing of the picture is left.
            for (double strength : new double[] {0.4, 0.6, 0.8}) {
                Image after =
                        painter.generate(request.withStart(StartImage.of(before).withStrength(strength)));
                Path file = folder.resolve("after-" + strength + ".png");
                after.writePng(file);
                System.out.println(file + ": strength " + strength);
            }
        }
    }
}
