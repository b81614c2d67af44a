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
 * <p>Subclasses name their workloads in a parameter. Beside calls a second, {@code gflop} and {@code gbyte} count
 * arithmetic and compulsory traffic as {@link Cost} does, in units of 10^9 a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
public abstract class Measured {
    private Workspace workspace = Workspace.create();
    private Call call = frame -> {};
    private Cost cost = new Cost(0, 0);

    /** Rates that JMH prints beside the calls a second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 floating-point operations done. */
        public double gflop;

        /** 10^9 bytes of inputs, weights and results. */
        public double gbyte;
    }

    /** Name of the workload. */
    abstract String workload();

    @Setup(Level.Trial)
    public void prepare() throws IOException {
        Workload named = Workload.named(workload());
        call = Objects.requireNonNull(Operations.prepare(named), "not supported");
        cost = Cost.of(named, call);
        workspace = Workspace.create();
    }

    @TearDown(Level.Trial)
    public void close() {
        workspace.close();
    }

    @Benchmark
    @Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
    public void vector(Work work) {
        run(work);
    }

    @Benchmark
    @Fork(
            value = 1,
            jvmArgsPrepend = {"--add-modules=jdk.incubator.vector", "-Dreverie.lanes=1"})
    public void scalar(Work work) {
        run(work);
    }

    private void run(Work work) {
        try (Frame frame = workspace.frame()) {
            call.run(frame);
        }
        work.gflop += cost.flops() / 1e9;
        work.gbyte += cost.bytes() / 1e9;
    }
}
