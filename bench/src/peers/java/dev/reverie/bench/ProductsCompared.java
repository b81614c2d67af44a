package dev.reverie.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Linear layers and matrix products, by OpenBLAS as well. */
public class ProductsCompared extends Compared {
    @Param({
        "linear-unet-ff-in",
        "linear-unet-ff-out",
        "linear-unet-deep",
        "linear-clip",
        "linear-small-batch",
        "linear-vector",
        "linear-dit",
        "matmul"
    })
    public String workload = "";

    private @Nullable OpenBlasCall openBlas;

    @Override
    String workload() {
        return workload;
    }

    @Setup(Level.Trial)
    public void prepareOpenBlas() {
        openBlas = new OpenBlasCall(Workload.named(workload));
    }

    @Benchmark
    public void openBlas(Measured.Work work) {
        Objects.requireNonNull(openBlas).run();
        count(work);
    }

    @TearDown(Level.Trial)
    public void closeOpenBlas() {
        Objects.requireNonNull(openBlas).close();
    }
}
