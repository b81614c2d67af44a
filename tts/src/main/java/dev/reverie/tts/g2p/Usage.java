package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/**
 * How a word is used where it is looked up.
 *
 * @param tag Penn tag, or null if nothing is known
 * @param stress wished stress, see {@link Stress}
 * @param context what follows, or null outside a sentence
 */
record Usage(@Nullable String tag, double stress, @Nullable Context context) {
    /** A word by itself. */
    static final Usage PLAIN = new Usage(null, Stress.NONE, null);

    Usage withStress(double other) {
        return new Usage(tag, other, context);
    }

    boolean isTagged(String other) {
        return other.equals(tag);
    }

    boolean isNoun() {
        return tag != null && tag.startsWith("NN");
    }

    boolean isAdverb() {
        return tag != null && classOf(tag).equals("ADV");
    }

    boolean isBeforePause() {
        return context == null || context.next() == Context.Sound.PAUSE;
    }

    /** VERB, NOUN, ADV, ADJ, or the tag itself. */
    static String classOf(String tag) {
        if (tag.startsWith("VB")) {
            return "VERB";
        }
        if (tag.startsWith("NN")) {
            return "NOUN";
        }
        if (tag.startsWith("RB") || tag.startsWith("ADV")) {
            return "ADV";
        }
        return tag.startsWith("JJ") || tag.startsWith("ADJ") ? "ADJ" : tag;
    }
}
