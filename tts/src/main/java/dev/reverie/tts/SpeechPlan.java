package dev.reverie.tts;

import dev.reverie.tensor.Workspace.StageCost;
import java.util.List;

/**
 * What a reading takes.
 *
 * @param seconds of sound
 * @param passages passes of the network
 * @param stages work of each stage, all passages together; its peak is that of the largest passage
 * @param workspaceBytes the most that one passage takes for its tensors
 * @param weightBytes of the loaded model
 */
public record SpeechPlan(double seconds, int passages, List<StageCost> stages, long workspaceBytes, long weightBytes) {
    public SpeechPlan {
        stages = List.copyOf(stages);
    }

    /** Multiply-adds of all stages. */
    public long multiplyAdds() {
        return stages.stream().mapToLong(StageCost::multiplyAdds).sum();
    }
}
