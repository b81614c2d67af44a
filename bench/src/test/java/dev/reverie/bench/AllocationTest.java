package dev.reverie.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A repeated operation makes no garbage of activations. Inputs and results here are 100 KB and more, so one array of
 * them would show; what is allocated are the small tables of rows that the pieces of work make. Vectors are objects
 * until their loops are compiled, so calls are repeated until twenty in a row are clean.
 */
class AllocationTest {
    private static final long MOST_BYTES = 96 << 10;
    private static final int CLEAN_CALLS = 20;
    private static final long DEADLINE_SECONDS = 60;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear m=200 n=384 k=384",
                "matmul m=200 n=384 k=384",
                "conv2d c=128 o=128 h=32 w=32 k=3",
                "conv2d c=128 o=96 h=32 w=32 k=3 stride=2",
                "conv1d c=128 o=128 t=1000 k=7 dilation=3",
                "conv_transpose1d c=128 o=64 t=300 k=8 stride=4",
                "attention heads=4 q=256 k=256 d=64",
                "group_norm_silu c=128 h=32 w=32 groups=32",
                "layer_norm m=256 n=320",
                "rms_norm m=256 n=320",
                "instance_norm1d c=128 t=1000",
                "softmax m=256 n=320",
                "gelu n=100000",
                "sin n=100000",
                "geglu m=200 n=512",
                "upsample_nearest c=128 h=32 w=32 scale=2",
                "lstm t=50 in=512 hidden=256",
                "istft t=8000 fft=20 hop=5",
            })
    void takesItsArraysFromTheWorkspace(String request) throws IOException {
        Call call = Objects.requireNonNull(Operations.prepare(Workload.parse(request)));
        long deadline = System.nanoTime() + DEADLINE_SECONDS * 1_000_000_000;
        try (Workspace workspace = Workspace.create()) {
            long last = 0;
            for (int clean = 0; clean < CLEAN_CALLS && System.nanoTime() < deadline; ) {
                last = allocated(workspace, call);
                clean = last <= MOST_BYTES ? clean + 1 : 0;
            }
            long bytes = last;
            assertTrue(
                    System.nanoTime() < deadline,
                    () -> "%s: the last call allocated %d bytes, of %d".formatted(request, bytes, MOST_BYTES));
        }
    }

    /** Bytes that all threads allocated during one call. */
    private long allocated(Workspace workspace, Call call) {
        long before = threads.getTotalThreadAllocatedBytes();
        try (Frame frame = workspace.frame()) {
            call.run(frame);
        }
        return threads.getTotalThreadAllocatedBytes() - before;
    }
}
