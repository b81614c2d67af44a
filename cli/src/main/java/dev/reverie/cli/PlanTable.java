package dev.reverie.cli;

import dev.reverie.tensor.Workspace.StageCost;
import dev.reverie.tts.SpeechPlan;
import java.io.PrintStream;
import java.util.Locale;

/** Prints what a sound will take. */
final class PlanTable {
    private PlanTable() {}

    static void print(PrintStream out, SpeechPlan plan) {
        out.println(String.format(Locale.ROOT, "%-20s %16s %12s", "stage", "multiply-adds", "memory"));
        for (StageCost stage : plan.stages()) {
            out.println(row(stage));
        }
        out.println(row(new StageCost("all", plan.multiplyAdds(), plan.workspaceBytes())));
        out.println(String.format(
                Locale.ROOT,
                "%.1f s of sound, passes of the network: %d; weights: %.1f MB besides",
                plan.seconds(),
                plan.passages(),
                plan.weightBytes() / 1e6));
    }

    private static String row(StageCost stage) {
        return String.format(
                Locale.ROOT,
                "%-20s %14.3f G %9.1f MB",
                stage.name(),
                stage.multiplyAdds() / 1e9,
                stage.peakBytes() / 1e6);
    }
}
