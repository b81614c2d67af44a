package dev.reverie.bench;

import ai.onnxruntime.OrtException;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** One workload by Reverie and by ONNX Runtime, each with its own layout and with its weights packed beforehand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsPrepend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public abstract class Compared {
    private final Workspace workspace = Workspace.create();
    private Call call = frame -> {};
    private @Nullable OnnxCall onnx;
    private Cost cost = new Cost(0, 0);

    /** Name of the workload. */
    abstract String workload();

    @Setup(Level.Trial)
    public void prepare() throws IOException, OrtException {
        Workload named = Workload.named(workload());
        call = Objects.requireNonNull(Operations.prepare(named), "not supported");
        onnx = OnnxCall.prepare(named);
        cost = Cost.of(named, call);
    }

    @Benchmark
    public void reverie(Measured.Work work) {
        try (Frame frame = workspace.frame()) {
            call.run(frame);
        }
        count(work);
    }

    @Benchmark
    public void onnxRuntime(Measured.Work work) throws OrtException {
        Objects.requireNonNull(onnx).run();
        count(work);
    }

    void count(Measured.Work work) {
        work.gflop += cost.flops() / 1e9;
        work.gbyte += cost.bytes() / 1e9;
    }

    @TearDown(Level.Trial)
    public void close() throws OrtException {
        workspace.close();
        Objects.requireNonNull(onnx).close();
    }
}
