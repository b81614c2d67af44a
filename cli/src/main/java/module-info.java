/** The {@code reverie} command. */
module dev.reverie.cli {
    requires dev.reverie.models.emoji;
    requires dev.reverie.models.kokoro;
    requires dev.reverie.nn;
    requires info.picocli;
    requires java.desktop;
    requires static org.jspecify;
    requires tools.jackson.core;

    opens dev.reverie.cli to
            info.picocli;
}
