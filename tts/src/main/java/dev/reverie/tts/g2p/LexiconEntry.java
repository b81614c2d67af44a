package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/**
 * What a dictionary says of a word: {@code phonemes}, then perhaps {@code TAB TAG=phonemes} for uses that sound
 * different. A tag is a Penn tag, a class of them ({@code VERB}), or {@code None} for "before a pause"; a tag with
 * nothing behind it says that the word is spelled.
 */
record LexiconEntry(String fields) {

    /** The pronunciation where no tag says otherwise. */
    String standard() {
        int tab = fields.indexOf('\t');
        return tab < 0 ? fields : fields.substring(0, tab);
    }

    /** The pronunciation for a use; null if the word is to be spelled there. */
    @Nullable
    String phonemes(Usage usage) {
        if (fields.indexOf('\t') < 0) {
            return fields;
        }
        Context context = usage.context();
        String value = context != null && context.next() == Context.Sound.PAUSE ? tagged("None") : null;
        String tag = usage.tag();
        if (value == null && tag != null) {
            value = tagged(tag);
            if (value == null) {
                value = tagged(Usage.classOf(tag));
            }
        }
        if (value == null) {
            return standard();
        }
        return value.isEmpty() ? null : value;
    }

    /** The field of exactly this tag; null if there is none. */
    @Nullable
    String tagged(String tag) {
        int at = fields.indexOf("\t" + tag + "=");
        if (at < 0) {
            return null;
        }
        int from = at + tag.length() + 2;
        int to = fields.indexOf('\t', from);
        return fields.substring(from, to < 0 ? fields.length() : to);
    }
}
