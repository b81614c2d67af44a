package dev.reverie.models.emoji;

import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.nn.EditDistance;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.EmbeddedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A tiny latent diffusion model that this artifact holds: a word or two in, an emoji-like picture of 128 x 128 pixels on
 * white out. It knows {@link #labels} well and little else.
 */
public final class Emoji {
    private static final int STEPS = 20;
    private static final double GUIDANCE_SCALE = 4;
    /** Words that say nothing about the picture. */
    private static final Set<String> SMALL_WORDS = Set.of("a", "an", "the", "of", "in", "with", "and", "on", "to");

    /** Of a prompt that labels are compared with; the rest of it says no more. */
    private static final int MOST_WORDS = 100;

    private static final int LONGEST_WORD = 40;

    private Emoji() {}

    /**
     * Loads the embedded model.
     *
     * @throws IOException if the artifact cannot be read
     */
    public static ImageModel embedded() throws IOException {
        return ImageModel.load(folder());
    }

    /**
     * The model's files, for those who put its parts together by themselves.
     *
     * @throws IOException if the artifact cannot be read
     */
    public static Path folder() throws IOException {
        return EmbeddedFolder.of(Emoji.class.getResource("model_index.json"), "reverie-model-emoji");
    }

    /** A picture of {@code prompt} with the steps and the guidance that suit this model. */
    public static ImageRequest request(String prompt) {
        return ImageRequest.of(prompt).withSteps(STEPS).withGuidanceScale(GUIDANCE_SCALE);
    }

    /** What the model was shown most: about 320 labels, such as {@code red heart}. */
    public static List<String> labels() throws IOException {
        try (InputStream in = Emoji.class.getResourceAsStream("labels.txt")) {
            if (in == null) {
                throw new CheckpointException("the artifact reverie-model-emoji does not hold labels.txt");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n", -1))
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }

    /** Whether a word of the prompt is a word of a label. */
    public static boolean knows(String prompt) throws IOException {
        List<String> asked = words(prompt);
        return labels().stream().flatMap(label -> words(label).stream()).anyMatch(asked::contains);
    }

    /** The labels nearest to a prompt by the letters of their words, at most {@code count}. */
    public static List<String> nearest(String prompt, int count) throws IOException {
        List<String> asked = words(prompt).stream()
                .filter(word -> word.length() <= LONGEST_WORD)
                .distinct()
                .limit(MOST_WORDS)
                .toList();
        Map<String, Double> distances = new LinkedHashMap<>();
        for (String label : labels()) {
            double least = 1;
            for (String word : words(label)) {
                for (String other : asked) {
                    double letters = Math.max(word.length(), other.length());
                    least = Math.min(least, EditDistance.between(word, other) / letters);
                }
            }
            distances.put(label, least);
        }
        return distances.entrySet().stream()
                .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty() && !SMALL_WORDS.contains(word)) {
                words.add(word);
            }
        }
        return words;
    }
}
