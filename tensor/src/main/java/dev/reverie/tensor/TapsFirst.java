package dev.reverie.tensor;

/** A filter's weight {@code [out, in, taps]} with the taps of each row before its channels; read in whole rows. */
record TapsFirst(StoredMatrix weight, int taps) implements StoredMatrix {
    private int channels() {
        return weight.shape().dim(1);
    }

    @Override
    public Shape shape() {
        return weight.shape();
    }

    @Override
    public DType dtype() {
        return weight.dtype();
    }

    @Override
    public float[] scales() {
        return weight.scales();
    }

    @Override
    public void copy(long from, short[] target, int count) {
        short[] row = new short[count];
        weight.copy(from, row, count);
        int channels = count / taps;
        for (int tap = 0, to = 0; tap < taps; tap++) {
            for (int c = 0; c < channels; c++) {
                target[to++] = row[c * taps + tap];
            }
        }
    }

    @Override
    public void copy(long from, byte[] target, int count) {
        byte[] row = new byte[count];
        weight.copy(from, row, count);
        int channels = count / taps;
        for (int tap = 0, to = 0; tap < taps; tap++) {
            for (int c = 0; c < channels; c++) {
                target[to++] = row[c * taps + tap];
            }
        }
    }

    @Override
    public void floats(long from, float[] target, int at, int count) {
        weight.floats(from, target, at, count);
        int channels = channels();
        float[] row = new float[taps * channels];
        for (int to = at; to < at + count; ) {
            System.arraycopy(target, to, row, 0, row.length);
            for (int tap = 0; tap < taps; tap++) {
                for (int c = 0; c < channels; c++) {
                    target[to++] = row[c * taps + tap];
                }
            }
        }
    }
}
