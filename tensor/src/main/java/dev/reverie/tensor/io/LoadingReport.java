package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.quoted;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What happened while a model was loaded: which tensors were read, and every fault. Safe for use by several threads. */
final class LoadingReport {
    private static final int LISTED_FAULTS = 100;

    private final String checkpoint;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private final List<String> faults = new ArrayList<>();

    LoadingReport(String checkpoint) {
        this.checkpoint = checkpoint;
    }

    void markRead(String tensor) {
        read.add(tensor);
    }

    boolean wasRead(String tensor) {
        return read.contains(tensor);
    }

    /** A source names its file, which the report does already where it is the only one. */
    void note(IOException fault) {
        String message = String.valueOf(fault.getMessage());
        String prefix = checkpoint + ": ";
        note(message.startsWith(prefix) ? message.substring(prefix.length()) : message);
    }

    void note(String tensor, String fault) {
        note("tensor " + quoted(tensor) + " " + fault);
    }

    private synchronized void note(String fault) {
        faults.add(fault);
    }

    /** The faults, which count as reported from now on. */
    synchronized List<String> takeFaults() {
        List<String> all = new ArrayList<>(faults);
        faults.clear();
        return all;
    }

    /** One message of all; there is at least one. */
    String listed(List<String> all) {
        if (all.size() == 1) {
            return checkpoint + ": " + all.getFirst();
        }
        String more = all.size() <= LISTED_FAULTS ? "" : "\n  .. and " + (all.size() - LISTED_FAULTS) + " more";
        return all.stream()
                .limit(LISTED_FAULTS)
                .collect(Collectors.joining("\n  ", checkpoint + ": " + all.size() + " faults\n  ", more));
    }
}
