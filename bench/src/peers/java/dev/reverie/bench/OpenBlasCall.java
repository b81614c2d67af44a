package dev.reverie.bench;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import dev.reverie.tensor.kernel.Pool;
import org.bytedeco.javacpp.FloatPointer;

/** A matrix product in OpenBLAS, which packs its factors in each call; without the bias of a linear layer. */
final class OpenBlasCall implements AutoCloseable {
    private final int m;
    private final int n;
    private final int k;
    private final boolean transposed;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    OpenBlasCall(Workload w) {
        m = w.size("m");
        n = w.size("n");
        k = w.size("k");
        transposed = w.operation().equals("linear");
        a = new FloatPointer(Inputs.normal(m, k).data());
        b = new FloatPointer((transposed ? Inputs.normal(n, k) : Inputs.normal(k, n)).data());
        c = new FloatPointer((long) m * n);
        blas_set_num_threads(Pool.threads());
    }

    void run() {
        int order = transposed ? CblasTrans : CblasNoTrans;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, order, m, n, k, 1f, a, k, b, transposed ? k : n, 0f, c, n);
    }

    @Override
    public void close() {
        a.close();
        b.close();
        c.close();
    }
}
