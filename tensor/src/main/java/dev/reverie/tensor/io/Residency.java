package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Weight;

/**
 * Where the numbers of linear layers and convolutions live once they are loaded. It changes memory and time, never a bit
 * of a result. A convolution whose algorithm wants them transformed, spread out or in groups holds them as float32.
 */
public enum Residency {
    /** In memory as float32: the fastest for many rows. */
    FLOAT32,
    /** In memory in the file's own size where that is F16, BF16, F8 or I8; else as float32. */
    AS_STORED,
    /**
     * In the file, read at each use: for models larger than memory. The checkpoint must stay open as long as the weights
     * are used. Convolutions, and what cannot be read in runs, as tensors of a compressed archive, are held as {@link
     * #AS_STORED}.
     */
    MAPPED;

    /** Bytes that a matrix takes for a number that its file has in that type. */
    int bytesPerElement(DType stored) {
        return this != FLOAT32 && Weight.canPack(stored) ? stored.bits() / 8 : Float.BYTES;
    }
}
