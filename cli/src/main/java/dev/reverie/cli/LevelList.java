package dev.reverie.cli;

import dev.reverie.diffusion.schedule.NoiseLevels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code --sigmas} and {@code --timesteps} say: numbers with commas or spaces between them, or a rule's name. */
final class LevelList {
    private LevelList() {}

    /** A list, or a rule such as {@code karras}. */
    static NoiseLevels sigmas(String text) {
        for (NoiseLevels.Spacing spacing : NoiseLevels.Spacing.values()) {
            if (spacing.name().equalsIgnoreCase(text.strip())) {
                return spacing;
            }
        }
        String rules = Arrays.stream(NoiseLevels.Spacing.values())
                .map(spacing -> spacing.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return new NoiseLevels.Sigmas(numbers("--sigmas", text, "14.6,6.5,2,0.5, or one of " + rules));
    }

    static NoiseLevels timesteps(String text) {
        return new NoiseLevels.Timesteps(numbers("--timesteps", text, "999,759,499,259"));
    }

    private static List<Double> numbers(String option, String text, String example) {
        try {
            return Arrays.stream(text.strip().split("[,\\s]+", -1))
                    .map(Double::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + text + ": say numbers, such as " + example, e);
        }
    }
}
