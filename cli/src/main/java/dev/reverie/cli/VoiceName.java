package dev.reverie.cli;

/** What the names of Kokoro's voices say: their first letter the language, their second the kind of voice. */
final class VoiceName {
    private VoiceName() {}

    /** For example {@code af_heart        American English, female}. */
    static String describe(String name) {
        if (name.length() < 3 || name.charAt(2) != '_') {
            return name;
        }
        String language = switch (name.charAt(0)) {
            case 'a' -> "American English";
            case 'b' -> "British English";
            case 'e' -> "Spanish";
            case 'f' -> "French";
            case 'h' -> "Hindi";
            case 'i' -> "Italian";
            case 'j' -> "Japanese";
            case 'p' -> "Brazilian Portuguese";
            case 'z' -> "Mandarin Chinese";
            default -> "";
        };
        String kind = switch (name.charAt(1)) {
            case 'f' -> "female";
            case 'm' -> "male";
            default -> "";
        };
        return language.isEmpty() || kind.isEmpty() ? name : "%-16s%s, %s".formatted(name, language, kind);
    }
}
