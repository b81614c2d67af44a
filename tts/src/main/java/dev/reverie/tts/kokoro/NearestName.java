package dev.reverie.tts.kokoro;

import dev.reverie.nn.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that somebody who mistyped one may have meant. */
final class NearestName {
    /** More changes would make {@code af_sky} of any three letters. */
    private static final int MOST_CHANGES = 2;

    private NearestName() {}

    /** The first of the names that take fewest letters to change, case aside; nothing if all take more than two. */
    static Optional<String> of(String typed, Collection<String> names) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return names.stream()
                .min(Comparator.comparingInt(name -> EditDistance.between(lower, name.toLowerCase(Locale.ROOT))))
                .filter(name -> EditDistance.between(lower, name.toLowerCase(Locale.ROOT)) <= MOST_CHANGES);
    }
}
