package dev.reverie.examples;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How do I draw the same character again? {@code examples/run OneCharacterInThreeScenes MODEL ADAPTER REFERENCE
 * ENCODER [FOLDER]}
 *
 * <p>For example stable-diffusion-v1-5; of h94/IP-Adapter the file models/ip-adapter_sd15.safetensors; a picture of the
 * character; and again of h94/IP-Adapter the folder models/image_encoder, which turns that picture into numbers.
 */
public final class OneCharacterInThreeScenes {
    private static final List<String> SCENES = List.of("on a beach in the sun", "in the snow at night", "in a library");

    private OneCharacterInThreeScenes() {}

    public static void main(String... args) throws IOException {
        if (args.length < 4) {
            System.err.println("usage: OneCharacterInThreeScenes MODEL ADAPTER REFERENCE ENCODER [FOLDER]");
            return;
        }
        Path folder = Path.of(args.length > 4 ? args[4] : ".");
        ImageModelOptions options =
                ImageModelOptions.NONE.withIpAdapter(Path.of(args[1])).withImageEncoder(Path.of(args[3]));

        try (ImageModel painter = ImageModel.load(Path.of(args[0]), options)) {
            // A text says what happens, the picture who it happens to: the network looks at both. With a scale of 1 the
            // picture wins over the text, with 0.6 each has its say.
            ReferenceImages character =
                    ReferenceImages.of(Image.read(Path.of(args[2]))).withScale(0.6);
            for (int i = 0; i < SCENES.size(); i++) {
                ImageRequest scene = ImageRequest.of(SCENES.get(i)).withReferences(List.of(character));
                Path file = folder.resolve("scene-" + (i + 1) + ".png");
                painter.generate(scene).writePng(file);
                System.out.println(file + ": " + scene.prompt());
            }
        }
    }
}
