package dev.reverie.diffusion.family;

import static dev.reverie.diffusion.image.GenerationParameters.plain;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageModelOptions.LoraFile;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.diffusion.image.GenerationParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a picture's file says of the networks beside the model: their names, without their folders, and what a request
 * set for them. ControlNets as extensions of AUTOMATIC1111/stable-diffusion-webui have them (Mikubill/sd-webui-controlnet,
 * internal_controlnet/args.py); the others after their manner.
 */
final class AdapterParameters {
    private AdapterParameters() {}

    static GenerationParameters with(GenerationParameters run, ImageRequest request, ImageModelOptions options) {
        GenerationParameters more = run;
        int number = 0;
        for (LoraFile lora : options.loras()) {
            more = more.with(
                    "Lora " + number++, "Model: %s, Weight: %s".formatted(name(lora.file()), plain(lora.scale())));
        }
        for (int i = 0; i < request.controls().size(); i++) {
            more = more.with(
                    "ControlNet " + i,
                    control(
                            name(options.controlNets().get(i)),
                            request.controls().get(i)));
        }
        for (int i = 0; i < request.references().size(); i++) {
            more = more.with(
                    "IP-Adapter " + i,
                    references(
                            name(options.ipAdapters().get(i)),
                            request.references().get(i)));
        }
        List<Path> words = options.textualInversions();
        return words.isEmpty()
                ? more
                : more.with("TI", words.stream().map(AdapterParameters::name).collect(Collectors.joining(", ")));
    }

    private static String control(String model, ControlImage image) {
        String steps = "Guidance Start: %s, Guidance End: %s".formatted(plain(image.from()), plain(image.to()));
        String mode = image.guessMode() ? ", Control Mode: ControlNet is more important" : "";
        return "Model: %s, Weight: %s, %s%s".formatted(model, plain(image.scale()), steps, mode);
    }

    private static String references(String model, ReferenceImages images) {
        String mask = images.mask() == null ? "" : ", Mask: True";
        return "Model: %s, Weight: %s, Pictures: %d%s"
                .formatted(model, plain(images.scale()), images.images().size(), mask);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
