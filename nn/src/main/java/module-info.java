/** Layers, attention and encoders. */
module dev.reverie.nn {
    requires transitive dev.reverie.tensor;
    requires static transitive org.jspecify;

    exports dev.reverie.nn;
    exports dev.reverie.nn.attention;
    exports dev.reverie.nn.encoder;
    exports dev.reverie.nn.tokenizer;
}
