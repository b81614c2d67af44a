package dev.reverie.cli;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Enlargement.By;
import dev.reverie.diffusion.ImageRequest;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code imagine} for a second pass at a larger size. */
final class EnlargeOptions {
    private static final Map<String, By> WAYS = new TreeMap<>(Map.of(
            "latent", By.LATENT,
            "latent-nearest", By.LATENT_NEAREST,
            "latent-bicubic", By.LATENT_BICUBIC,
            "lanczos", By.LANCZOS));

    @Option(
            names = "--enlarge",
            paramLabel = "FACTOR|WxH",
            description =
                    "Draw, enlarge by that factor or to that size, and draw again in part, for detail; what --mask"
                            + " keeps is taken from --init again, in the larger size.")
    private @Nullable String enlarge;

    @Option(
            names = "--enlarge-by",
            paramLabel = "WAY",
            description = "latent, latent-nearest and latent-bicubic enlarge what the model draws, lanczos the pixels"
                    + " (default: latent).")
    private @Nullable String way;

    @Option(
            names = "--enlarge-strength",
            paramLabel = "PART",
            description = "How much is drawn again, above 0 up to 1 (default: 0.7).")
    private @Nullable Double strength;

    @Option(
            names = "--enlarge-steps",
            paramLabel = "N",
            description = "Steps at the larger size (default: as many as before).")
    private @Nullable Integer steps;

    @Option(
            names = "--enlarge-guidance",
            paramLabel = "SCALE",
            description = "Guidance at the larger size (default: as before).")
    private @Nullable Double guidance;

    ImageRequest applyTo(ImageRequest request) {
        if (enlarge == null) {
            if (way != null || strength != null || steps != null || guidance != null) {
                throw new IllegalArgumentException("--enlarge-.. options are for --enlarge, which is missing");
            }
            return request;
        }
        Enlargement enlargement = size(enlarge);
        enlargement = way == null ? enlargement : enlargement.withBy(by(way));
        enlargement = strength == null ? enlargement : enlargement.withStrength(strength);
        enlargement = steps == null ? enlargement : enlargement.withSteps(steps);
        enlargement = guidance == null ? enlargement : enlargement.withGuidanceScale(guidance);
        return request.withEnlargement(enlargement);
    }

    private static Enlargement size(String text) {
        if (text.matches("\\d+[xX]\\d+")) {
            PictureSize pixels = PictureSize.parse("--enlarge", text);
            return Enlargement.to(pixels.width(), pixels.height());
        }
        try {
            return Enlargement.times(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--enlarge " + text + ": say a factor or a size, 2 or 1024x768", e);
        }
    }

    private static By by(String text) {
        By by = WAYS.get(text.toLowerCase(Locale.ROOT));
        if (by == null) {
            throw new IllegalArgumentException(
                    "--enlarge-by " + text + ": it must be one of " + String.join(", ", WAYS.keySet()));
        }
        return by;
    }
}
