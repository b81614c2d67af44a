package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import org.junit.jupiter.api.function.Executable;

/**
 * What a piece of code costs the thread that runs it, whatever else the machine does. By reflection: the module does not
 * read the management modules.
 */
final class Cost {
    private Cost() {}

    static void assertAllocatesBelow(long limitBytes, Executable run) throws Throwable {
        long before = ofThread("getCurrentThreadAllocatedBytes");
        run.execute();
        long bytes = ofThread("getCurrentThreadAllocatedBytes") - before;
        assertTrue(bytes < limitBytes, () -> "allocated " + bytes + " bytes");
    }

    static void assertTakesBelow(Duration limit, Executable run) throws Throwable {
        long before = ofThread("getCurrentThreadCpuTime");
        run.execute();
        Duration taken = Duration.ofNanos(ofThread("getCurrentThreadCpuTime") - before);
        assertTrue(taken.compareTo(limit) < 0, () -> "took " + taken);
    }

    private static long ofThread(String measure) throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod(measure);
        return (long) method.invoke(bean);
    }
}
