package dev.reverie.bench;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One shape alone, and the same one between all others, in milliseconds: what ran before must not make a shape slower
 * for longer than the caches remember it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class MixedShapes {
    /** Shapes of the kernels' different ways, one with rows and columns that fill no tile. */
    @Param({
        "conv2d-320-64",
        "conv2d-640-32",
        "conv2d-down",
        "conv1d-512-k3",
        "conv1d-256-k7-d3",
        "matmul",
        "attention-unet-d80",
        "conv2d-odd",
        "linear-bert"
    })
    public String workload = "";

    private final Map<String, Call> calls = new LinkedHashMap<>();
    private final Workspace workspace = Workspace.create();

    @Setup(Level.Trial)
    public void prepare() throws IOException, NoSuchFieldException {
        Param all =
                Objects.requireNonNull(MixedShapes.class.getField("workload").getAnnotation(Param.class));
        for (String name : all.value()) {
            calls.put(name, Objects.requireNonNull(Operations.prepare(Workload.named(name))));
        }
    }

    /** What runs between the measured calls of {@link #mixed}. */
    @State(Scope.Thread)
    public static class Others {
        @Setup(Level.Invocation)
        public void run(MixedShapes shapes) {
            for (String name : shapes.calls.keySet()) {
                if (!name.equals(shapes.workload)) {
                    shapes.run(name);
                }
            }
        }
    }

    @Benchmark
    public void alone() {
        run(workload);
    }

    @Benchmark
    public void mixed(Others others) {
        run(workload);
    }

    private void run(String name) {
        try (Frame frame = workspace.frame()) {
            Objects.requireNonNull(calls.get(name)).run(frame);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        workspace.close();
    }
}
