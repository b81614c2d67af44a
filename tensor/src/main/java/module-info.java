/** Tensors, kernels on the Vector API, checkpoint formats and random generators. */
module dev.reverie.tensor {
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;
    requires tools.jackson.core;

    exports dev.reverie.tensor;
    exports dev.reverie.tensor.io;
    exports dev.reverie.tensor.random;
}
