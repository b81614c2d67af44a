package dev.reverie.tensor;

/** Functions of one number, as PyTorch defines them. */
public enum Activation {
    /** max(x, 0). */
    RELU,
    /** x sigmoid(x). */
    SILU,
    /** x Phi(x), with the error function. */
    GELU,
    /** GELU by its tanh approximation ({@code gelu_new}, {@code gelu_pytorch_tanh}). */
    GELU_TANH,
    /** x sigmoid(1.702 x), CLIP's. */
    QUICK_GELU,
    SIGMOID,
    TANH,
    /** ln(1 + e^x); x itself above 20. */
    SOFTPLUS,
    /** x above 0, e^x - 1 below. */
    ELU,
    /** x tanh(softplus(x)). */
    MISH,
    EXP,
    /** ln x; -inf at 0, NaN below. */
    LOG,
    SIN,
    COS
}
