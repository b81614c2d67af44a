package dev.reverie.tts.kokoro;

import java.util.ArrayList;
import java.util.List;

/**
 * Voices and their shares: {@code af_heart}, {@code af_heart,am_michael} in equal shares, or {@code
 * af_heart:0.7,am_michael:0.3}. Shares are scaled to a sum of 1.
 */
record VoiceBlend(List<Part> parts) {
    private static final int MAX_PARTS = 16;

    record Part(String voice, float share) {}

    VoiceBlend {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a blend.
     *
     * @throws IllegalArgumentException if it is none; the message quotes the part that is wrong
     */
    static VoiceBlend parse(String text) {
        String[] names = text.split(",", -1);
        if (names.length > MAX_PARTS) {
            throw new IllegalArgumentException(
                    "a blend of %d voices; at most %d are possible".formatted(names.length, MAX_PARTS));
        }
        List<Part> parts = new ArrayList<>();
        double sum = 0;
        for (String name : names) {
            Part part = parsePart(name.strip(), text);
            parts.add(part);
            sum += part.share;
        }
        double total = sum;
        return new VoiceBlend(parts.stream()
                .map(part -> new Part(part.voice, (float) (part.share / total)))
                .toList());
    }

    private static Part parsePart(String part, String blend) {
        int colon = part.indexOf(':');
        String voice = colon < 0 ? part : part.substring(0, colon).strip();
        if (voice.isEmpty()) {
            throw new IllegalArgumentException("voice \"%s\" has a part without a name".formatted(blend));
        }
        if (colon < 0) {
            return new Part(voice, 1f);
        }
        String share = part.substring(colon + 1).strip();
        try {
            float value = Float.parseFloat(share);
            if (value > 0 && value <= 1000) {
                return new Part(voice, value);
            }
        } catch (NumberFormatException e) {
            // the sentence below says it
        }
        throw new IllegalArgumentException(
                "the share \"%s\" of voice \"%s\" is no number above 0, at most 1,000".formatted(share, voice));
    }

    /** Whether the first voice is a British one: its name begins with {@code b}. */
    boolean isBritish() {
        return parts.getFirst().voice.startsWith("b");
    }
}
