package dev.reverie.bench;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;

/** Times calls as all peers do: after warm-up, the fastest of repeats. */
final class Stopwatch {
    /** Compiled code comes after some thousand runs of a loop, or some seconds. */
    private static final double WARM_UP_SECONDS = 1;

    /**
     * A network has more loops, each of which runs seldom: in Kokoro's second to fourth call the compiler still takes half
     * a second of a processor each, which are missing where there are as many threads as processors.
     */
    private static final double NETWORK_WARM_UP_SECONDS = 6;

    private static final double REPEAT_SECONDS = 0.15;
    private static final int FEWEST_REPEATS = 3;

    private Stopwatch() {}

    /** Milliseconds of one run. */
    static double milliseconds(Call call) {
        try (Workspace workspace = Workspace.create()) {
            fastest(workspace, call, WARM_UP_SECONDS);
            return fastest(workspace, call, REPEAT_SECONDS) * 1e3;
        }
    }

    /** Milliseconds of one run of a whole network: the faster of two. */
    static double millisecondsOfNetwork(Call call) {
        try (Workspace workspace = Workspace.create()) {
            for (double spent = 0; spent < NETWORK_WARM_UP_SECONDS; ) {
                spent += seconds(workspace, call);
            }
            double first = seconds(workspace, call);
            double second = seconds(workspace, call);
            return Math.min(first, second) * 1e3;
        }
    }

    private static double fastest(Workspace workspace, Call call, double seconds) {
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int run = 0; run < FEWEST_REPEATS || spent < seconds; run++) {
            double time = seconds(workspace, call);
            best = Math.min(best, time);
            spent += time;
        }
        return best;
    }

    private static double seconds(Workspace workspace, Call call) {
        long start = System.nanoTime();
        try (Frame frame = workspace.frame()) {
            call.run(frame);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
