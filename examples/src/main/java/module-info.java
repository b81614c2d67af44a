/** One runnable class per question that users ask. */
module dev.reverie.examples {
    requires dev.reverie.models.emoji;
    requires dev.reverie.models.kokoro;
    requires java.desktop;
    requires static org.jspecify;
}
