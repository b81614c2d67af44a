package dev.reverie.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.kernel.Pool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A repeated operation allocates the same few small objects whatever its size: no arrays of activations, which are here
 * 100 KB and more, and nothing for a piece of its work. Vectors are objects until their loops are compiled, so calls
 * are repeated until twenty in a row are clean.
 */
class AllocationTest {
    /** For each thread: a transposed convolution makes most, tables of rows for each of its phases. */
    private static final long MOST_BYTES = 10 << 10;

    /** For each thread: the tables of a shape with smaller pieces are shorter. */
    private static final long MOST_GROWTH = 1 << 10;

    private static final int CLEAN_CALLS = 20;
    private static final long DEADLINE_SECONDS = 60;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({
        "linear m=%s n=384 k=384, 200, 800",
        "linear m=1 n=%s k=384 weights=bf16, 1000, 4000",
        "linear m=8 n=%s k=384 weights=bf16, 1000, 4000",
        "linear m=8 n=%s k=384 weights=i8, 1000, 4000",
        "matmul m=%s n=384 k=384, 200, 800",
        "conv2d c=128 o=128 h=%s w=32 k=3, 32, 128",
        "conv2d c=128 o=96 h=%s w=32 k=3 stride=2, 32, 128",
        "conv2d c=4 o=128 h=%s w=32 k=3, 32, 128",
        "conv2d c=128 o=3 h=%s w=32 k=3, 32, 128",
        "conv3d c=64 o=64 f=%s h=16 w=16 k=3, 3, 12",
        "conv1d c=128 o=128 t=%s k=7 dilation=3, 1000, 4000",
        "conv_transpose1d c=128 o=64 t=%s k=8 stride=4, 300, 1200",
        "attention heads=4 q=%s k=256 d=64, 256, 1024",
        "attention heads=4 q=7 k=%s d=64, 256, 1024",
        "group_norm_silu c=128 h=%s w=32 groups=32, 32, 128",
        "layer_norm m=%s n=320, 256, 1024",
        "rms_norm m=%s n=320, 256, 1024",
        "instance_norm1d c=128 t=%s, 1000, 4000",
        "softmax m=%s n=320, 256, 1024",
        "gelu n=%s, 100000, 400000",
        "sin n=%s, 100000, 400000",
        "geglu m=%s n=512, 200, 800",
        "rope m=%s heads=4 d=64, 256, 1024",
        "convert n=%s from=f16, 100000, 400000",
        "upsample_nearest c=128 h=%s w=32 scale=2, 32, 128",
        "lstm t=%s in=512 hidden=256, 50, 200",
        "istft t=%s fft=20 hop=5, 8000, 32000",
    })
    void takesItsArraysFromTheWorkspace(String form, String size, String larger) throws IOException {
        long most = Pool.threads() * MOST_BYTES;
        long small = allocated(form.formatted(size), most);
        long large = allocated(form.formatted(larger), most);
        long growth = Pool.threads() * MOST_GROWTH;
        assertTrue(large - small <= growth, () -> "%s: %d bytes, %d for %s".formatted(form, small, large, larger));
    }

    /** Each of 1000 rows is read by an operation of its own: two objects, or three. A row of floats has 1536 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void readsMappedWeightsToScratch(int m) throws IOException {
        allocated("linear m=%d n=1000 k=384 weights=f16 mapped=1".formatted(m), 200 * 1000);
    }

    /** Each piece makes objects of its own, still; one array of activations has 512 KB. */
    @Test
    void convolvesEachChannelAloneInScratch() throws IOException {
        allocated("conv1d c=128 o=128 t=1000 k=7 groups=128", 64 << 10);
    }

    /** Bytes of a call, as soon as twenty in a row have allocated {@code most} at most. */
    private long allocated(String request, long most) throws IOException {
        Call call = Objects.requireNonNull(Operations.prepare(Workload.parse(request)));
        long deadline = System.nanoTime() + DEADLINE_SECONDS * 1_000_000_000;
        try (Workspace workspace = Workspace.create()) {
            long last = 0;
            for (int clean = 0; clean < CLEAN_CALLS && System.nanoTime() < deadline; ) {
                last = allocated(workspace, call);
                clean = last <= most ? clean + 1 : 0;
            }
            long bytes = last;
            assertTrue(
                    System.nanoTime() < deadline,
                    () -> "%s: the last call allocated %d bytes, of %d".formatted(request, bytes, most));
            return bytes;
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
