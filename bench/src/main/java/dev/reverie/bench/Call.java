package dev.reverie.bench;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;

/** An operation with its weights packed and its input made, ready to run again and again. */
@FunctionalInterface
interface Call {
    /** Runs once; results come from the frame. */
    void run(Frame frame);

    /** Multiply-adds of one run, counted by a workspace that computes nothing. */
    default long multiplyAdds() {
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame()) {
            workspace.stage("call");
            run(frame);
            return workspace.stageCosts().getFirst().multiplyAdds();
        }
    }
}
