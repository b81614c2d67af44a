package dev.reverie.bench;

import dev.reverie.tensor.kernel.Lanes;
import dev.reverie.tensor.kernel.Pool;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Measures this machine's peaks and some workloads, and draws them: arithmetic a second over operations a byte (S.
 * Williams, A. Waterman, D. Patterson, Roofline, 2009).
 */
public final class Roofline {
    /** Floats of each array that is to come from memory: more than any last cache of today's desktops holds. */
    private static final int IN_MEMORY = 1 << 25;

    /** The same for the last cache: three arrays are 3 MiB, too much for a second-level cache. */
    private static final int IN_CACHE = 1 << 18;

    private static final List<String> WORKLOADS = List.of(
            "linear-vector",
            "linear-small-batch",
            "linear-clip",
            "linear-unet-ff-in",
            "conv2d-1x1",
            "conv2d-down",
            "conv2d-vae-out",
            "conv2d-320-64",
            "conv2d-vae-128",
            "conv1d-post",
            "conv1d-256-k7-d3",
            "conv1d-128-k11-d5",
            "attention-unet-d40",
            "attention-dit-d128",
            "lstm-bi",
            "layer-norm",
            "softmax",
            "silu",
            "add");

    /** Those that minimal filtering computes. */
    private static final Set<String> FILTERED =
            Set.of("conv2d-320-64", "conv2d-vae-128", "conv1d-256-k7-d3", "conv1d-128-k11-d5");

    private Roofline() {}

    /**
     * A workload's place.
     *
     * @param filtered whether minimal filtering saves multiplications that are counted all the same
     */
    record Point(String name, Cost cost, double seconds, boolean filtered) {
        double flopsPerSecond() {
            return cost.flops() / seconds;
        }
    }

    /** The roof. */
    record Peaks(double flopsPerSecond, double memoryBytesPerSecond, double cacheBytesPerSecond) {}

    /** Writes the picture to the file named. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1 || !Lanes.VECTOR) {
            throw new IllegalArgumentException("needs the name of an SVG file to write, and vectors");
        }
        Peaks peaks = new Peaks(
                MachinePeak.flopsPerSecond(),
                MachinePeak.bytesPerSecond(IN_MEMORY),
                MachinePeak.bytesPerSecond(IN_CACHE));
        List<Point> points = new ArrayList<>();
        for (String name : WORKLOADS) {
            points.add(measure(name));
        }
        print(peaks, points, System.out);
        Files.writeString(Path.of(args[0]), new RooflineChart(peaks, points, machine()).svg());
    }

    private static Point measure(String name) throws IOException {
        Workload workload = Workload.named(name);
        Call call = Objects.requireNonNull(Operations.prepare(workload), name);
        return new Point(name, Cost.of(workload, call), Stopwatch.milliseconds(call) / 1e3, FILTERED.contains(name));
    }

    /** The CPU as Linux names it, threads and lanes. */
    private static String machine() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        String cpu = "unknown CPU";
        if (Files.isReadable(information)) {
            cpu = Files.readAllLines(information).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(cpu);
        }
        return "%s, %d lanes, %d thread%s".formatted(cpu, Lanes.COUNT, Pool.threads(), Pool.threads() == 1 ? "" : "s");
    }

    private static void print(Peaks peaks, List<Point> points, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "peak %.0f GFLOP/s, memory %.1f GB/s, last cache %.1f GB/s%n",
                peaks.flopsPerSecond() / 1e9,
                peaks.memoryBytesPerSecond() / 1e9,
                peaks.cacheBytesPerSecond() / 1e9);
        for (Point p : points) {
            out.printf(
                    Locale.ROOT,
                    "%-20s %8.2f flop/byte %8.1f GFLOP/s %8.1f GB/s%n",
                    p.name(),
                    p.cost().intensity(),
                    p.flopsPerSecond() / 1e9,
                    p.cost().bytes() / p.seconds() / 1e9);
        }
    }
}
