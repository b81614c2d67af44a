package dev.reverie.nn.encoder;

import dev.reverie.tensor.Activation;

/** Functions by the names that configurations give them (huggingface/transformers, activations.py, ACT2FN). */
final class ActivationName {
    private ActivationName() {}

    static Activation parse(String name) {
        return switch (name) {
            case "quick_gelu" -> Activation.QUICK_GELU;
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            case "silu", "swish" -> Activation.SILU;
            default -> throw new IllegalArgumentException("the activation \"%s\" is not known".formatted(name));
        };
    }
}
