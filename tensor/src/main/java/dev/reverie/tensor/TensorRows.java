package dev.reverie.tensor;

/** A tensor's numbers as a matrix {@code [out, in]}; further axes count as part of {@code in}. */
record TensorRows(Tensor values) implements StoredMatrix {
    @Override
    public Shape shape() {
        return values.shape();
    }

    @Override
    public DType dtype() {
        return DType.F32;
    }

    @Override
    public void floats(long from, float[] target, int at, int count) {
        System.arraycopy(values.data(), values.offset() + Math.toIntExact(from), target, at, count);
    }
}
