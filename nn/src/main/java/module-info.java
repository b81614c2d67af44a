/** Reverie's nn. */
module dev.reverie.nn {
    requires transitive dev.reverie.tensor;
    requires static transitive org.jspecify;
}
