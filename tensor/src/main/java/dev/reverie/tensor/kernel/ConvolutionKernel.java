package dev.reverie.tensor.kernel;

/** A convolution's numbers packed for one algorithm. */
sealed interface ConvolutionKernel permits DirectConvolution, LineConvolution, MinimalConvolution, WinogradConvolution {
    /** Computes {@code y} (or the phase of it that this kernel is for) from {@code x}. */
    void run(FeatureMap x, FeatureMap y, Epilogue epilogue);
}
