package dev.reverie.tts.g2p;

/** The two kinds of English that the dictionaries know. */
public enum Accent {
    US("us"),
    GB("gb");

    private final String code;

    Accent(String code) {
        this.code = code;
    }

    /** {@code us} or {@code gb}, as in the names of resources. */
    public String code() {
        return code;
    }
}
