package dev.reverie.cli;

import dev.reverie.tensor.Workspace.StageCost;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a run will take, stage by stage. */
final class PlanTable {
    private PlanTable() {}

    static void print(PrintStream out, List<StageCost> stages, long peakBytes) {
        out.println(String.format(Locale.ROOT, "%-20s %16s %12s", "stage", "multiply-adds", "memory"));
        Map<String, StageCost> rows = new LinkedHashMap<>();
        stages.forEach(stage -> rows.merge(stage.name(), stage, StageCost::and)); // tiles and passes
        rows.values().forEach(stage -> out.println(row(stage)));
        long multiplyAdds = stages.stream().mapToLong(StageCost::multiplyAdds).sum();
        out.println(row(new StageCost("all", multiplyAdds, peakBytes)));
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
