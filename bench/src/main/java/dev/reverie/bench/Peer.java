package dev.reverie.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * This library's side of a comparison: reads a request a line, {@code OP key=value ...}, and answers a line with the
 * milliseconds of one call, or {@code unsupported}.
 */
public final class Peer {
    private Peer() {}

    /** Serves standard input to its end. */
    public static void main(String[] args) throws IOException {
        serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
    }

    static void serve(BufferedReader requests, PrintStream answers) throws IOException {
        Networks networks = new Networks();
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            if (!line.isBlank()) {
                answers.println(answer(Workload.parse(line), networks));
                answers.flush();
            }
        }
    }

    private static String answer(Workload workload, Networks networks) throws IOException {
        @Nullable Call call = Operations.prepare(workload);
        if (call != null) {
            return text(Stopwatch.milliseconds(call));
        }
        @Nullable Call network = networks.prepare(workload);
        return network == null ? "unsupported" : text(Stopwatch.millisecondsOfNetwork(network));
    }

    private static String text(double milliseconds) {
        return String.format(Locale.ROOT, "%.5f", milliseconds);
    }
}
