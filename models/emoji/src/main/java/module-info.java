/** A small model that draws emoji, as a Maven artifact. */
module dev.reverie.models.emoji {
    requires transitive dev.reverie.diffusion;
    requires static org.jspecify;

    exports dev.reverie.models.emoji;
}
