package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inTensor;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.StoredMatrix;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/** A tensor's bytes in a file, perhaps mapped: copied in bulk, so that a file cut short is an exception. */
final class StoredTensor implements StoredMatrix {
    private final String file;
    private final String tensor;
    private final DType dtype;
    private final Shape shape;
    private final MemorySegment bytes;
    private final float[] scales;

    StoredTensor(String file, String tensor, DType dtype, Shape shape, MemorySegment bytes, float[] scales) {
        this.file = file;
        this.tensor = tensor;
        this.dtype = dtype;
        this.shape = shape;
        this.bytes = bytes;
        this.scales = scales;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public float[] scales() {
        return scales;
    }

    @Override
    public void copy(long from, short[] target, int count) {
        reading(() -> MemorySegment.copy(bytes, Elements.SHORT, 2 * from, target, 0, count));
    }

    @Override
    public void copy(long from, byte[] target, int count) {
        reading(() -> MemorySegment.copy(bytes, java.lang.foreign.ValueLayout.JAVA_BYTE, from, target, 0, count));
    }

    @Override
    public void floats(long from, float[] target, int at, int count) {
        reading(() -> Elements.toFloats(dtype, bytes, from * (dtype.bits() / 8), target, at, count));
    }

    /** The JVM reports a fault in a mapping as an InternalError. */
    private void reading(Runnable copy) {
        try {
            copy.run();
        } catch (InternalError fault) {
            throw new UncheckedIOException(
                    inTensor(file, tensor, "cannot be read: the file was cut short while it was open")
                            .because(fault));
        }
    }

    @Override
    public void release() {
        if (bytes.isMapped()) {
            bytes.unload();
        }
    }
}
