package dev.reverie.bench;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks share: one workload, run by the vector kernels and by their scalar twins.
 *
 * <p>Subclasses name their workloads in a parameter. Beside calls a second, {@code gflop} counts arithmetic: 2 for a
 * multiply-add, in units of 10^9 a second; 0 for operations without matrix products.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
public abstract class Measured {
    private Workspace workspace = Workspace.create();
    private Call call = frame -> {};
    private double gigaflops;

    /** A rate that JMH prints beside the calls a second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 floating-point operations done. */
        public double gflop;
    }

    /** Name of the workload. */
    abstract String workload();

    @Setup(Level.Trial)
    public void prepare() throws IOException {
        call = Objects.requireNonNull(Operations.prepare(Workload.named(workload())), "not supported");
        gigaflops = 2e-9 * call.multiplyAdds();
        workspace = Workspace.create();
    }

    @TearDown(Level.Trial)
    public void close() {
        workspace.close();
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
    public void vector(Work work) {
        run(work);
    }

    @Benchmark
    @Fork(
            value = 1,
            jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dreverie.lanes=1"})
    public void scalar(Work work) {
        run(work);
    }

    private void run(Work work) {
        try (Frame frame = workspace.frame()) {
            call.run(frame);
        }
        work.gflop += gigaflops;
    }
}
