package dev.reverie.tensor.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Counts physical cores: two hyper-threads share one multiplier, so a second thread there gains nothing. */
final class PhysicalCores {
    private PhysicalCores() {}

    /** Cores that this process may use; all processors where the system does not tell them apart. */
    static int count() {
        int processors = Runtime.getRuntime().availableProcessors();
        Set<String> cores = new HashSet<>();
        for (int cpu = 0; cpu < processors; cpu++) {
            Path siblings = Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
            try {
                cores.add(Files.readString(siblings).strip());
            } catch (IOException e) {
                return processors;
            }
        }
        return Math.max(1, Math.min(processors, cores.size()));
    }
}
