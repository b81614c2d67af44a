package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/** stub */
final class UnknownWords implements Fallback {
    UnknownWords(Pronouncer pronouncer, Accent accent) {}

    @Override
    public @Nullable String phonemes(Token word) {
        return null;
    }
}
