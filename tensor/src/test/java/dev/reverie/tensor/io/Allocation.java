package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import org.junit.jupiter.api.function.Executable;

/** Counts the bytes that this thread allocates, by reflection: the module does not read the management modules. */
final class Allocation {
    private Allocation() {}

    static void assertBelow(long limitBytes, Executable run) throws Throwable {
        long before = allocatedBytes();
        run.execute();
        long bytes = allocatedBytes() - before;
        assertTrue(bytes < limitBytes, () -> "allocated " + bytes + " bytes");
    }

    private static long allocatedBytes() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method count = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        return (long) count.invoke(bean);
    }
}
