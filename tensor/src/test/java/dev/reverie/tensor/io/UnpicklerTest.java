package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pickle may say, and what becomes of one that says more. */
class UnpicklerTest {
    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("fox.pth");
    }

    private void assertRefused(String rule, PickleBytes bytes) throws IOException {
        bytes.assertRefused(rule, path());
    }

    @Test
    void parametersListsAndTheFourthProtocol() throws IOException {
        PickleBytes bytes = new PickleBytes()
                .raw(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, ']', 0x94, '(')
                .raw(0x8c, 12, 't', 'o', 'r', 'c', 'h', '.', '_', 'u', 't', 'i', 'l', 's', 0x8c, 18)
                .raw("_rebuild_parameter".chars().toArray())
                .raw(0x93)
                .tensor("LongStorage", "0", 2, 1, new long[0], new long[0])
                .raw(0x88)
                .orderedDict()
                .raw(0x87, 'R', 0x94, 'N', 'K', 1, 'M', 1, 0, 'G', 0, 0, 0, 0, 0, 0, 0, 0, 'h', 1, 'e')
                .file("data/0", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0});
        try (PickleArchive file = PickleArchive.open(bytes.write(path()))) {
            assertEquals(List.of("0", "5"), List.copyOf(file.entries().keySet()));
            long[] both = {(1L << 32) + 1};
            assertArrayEquals(both, file.longs("0", 0, 1));
            assertArrayEquals(both, file.longs("5", 0, 1));
        }
    }

    @Test
    void nothingIsEverCalled() throws IOException {
        assertRefused(
                "\"posix.system\", which is not allowed",
                new PickleBytes()
                        .global("posix", "system")
                        .raw('(')
                        .text("touch /nowhere")
                        .raw('t', 'R'));
        assertRefused("\"builtins.eval\"", new PickleBytes().global("builtins", "eval"));
        assertRefused(
                "\"torch.nn.Linear\"",
                new PickleBytes().text("torch.nn").text("Linear").raw(0x93));
        assertRefused("arguments that do not fit", new PickleBytes().text("x").raw(')', 'R'));
        assertRefused(
                "arguments that do not fit",
                new PickleBytes().global("collections", "OrderedDict").text("x").raw(0x85, 'R'));
        assertRefused(
                "arguments",
                new PickleBytes().global("torch._utils", "_rebuild_parameter").raw(')', 'R'));
        assertRefused("the state of something other", new PickleBytes().raw(']', '}', 'b'));
    }

    @ParameterizedTest
    @ValueSource(ints = {'i', 'o', 'P', 'I', 'L', 'S', 'V', 0x81, 0x92, 0x82, 0x8b, 0x97, 'd', 'l', '0', '2', 0, 0xff})
    void everyOtherOpcodeIsRefused(int opcode) throws IOException {
        String name = String.format("uses the opcode 0x%02x", opcode);
        assertRefused(name, new PickleBytes().raw(')', ')', ')', opcode, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void brokenPickles() throws IOException {
        assertRefused("empty stack", new PickleBytes());
        assertRefused("empty stack", new PickleBytes().raw(0x86));
        assertRefused("empty stack", new PickleBytes().raw('(', 'q', 0));
        assertRefused("did not begin", new PickleBytes().raw('t'));
        assertRefused("did not note", new PickleBytes().raw('h', 5));
        assertRefused("did not note", new PickleBytes().raw('j', 0xff, 0xff, 0xff, 0xff));
        assertRefused("more than one value", new PickleBytes().raw('N', 'N'));
        assertRefused("more than one value", new PickleBytes().raw('N', '.', 'N'));
        assertRefused("a dictionary must be", new PickleBytes().raw(']', 'N', 'N', 's'));
        assertRefused("a list must be", new PickleBytes().raw('}', 'N', 'a'));
        assertRefused("key without a value", new PickleBytes().raw('}', '(', 'N', 'u'));
        assertRefused("neither a string nor", new PickleBytes().raw('}', 'N', 'N', 's'));
        assertRefused(
                "the key \"a\" twice",
                new PickleBytes().raw('}').text("a").raw('N', 's').text("a").raw('N', 's'));
        assertRefused("ends in the middle", new PickleBytes().raw('X', 0xff, 0xff, 0xff, 0x7f));
        assertRefused("ends in the middle", new PickleBytes().raw('X', 0xff, 0xff, 0xff, 0xff));
        assertRefused("ends in the middle", new PickleBytes().raw('c', 'a', 'b'));
        assertRefused("not UTF-8", new PickleBytes().raw('X', 1, 0, 0, 0, 0xff));
        assertRefused("more than 64 bits", new PickleBytes().raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1));
        assertRefused("other than a storage", new PickleBytes().text("x").raw(0x85, 'Q'));
        assertRefused("other than a storage", new PickleBytes().storage("FloatStorage", "0", -1));
        assertRefused("protocol 0", new PickleBytes().raw(0x80, 0));
        assertRefused("protocol 9", new PickleBytes().raw(0x80, 9));
        for (int length = 0; length < PickleBytes.plain().pickle().length; length++) {
            byte[] cut = Arrays.copyOf(PickleBytes.plain().pickle(), length);
            Path file = PickleBytes.plain().writeWith(path(), cut);
            assertThrows(CheckpointException.class, () -> PickleArchive.open(file));
        }
    }

    @Test
    void bombs() throws Throwable {
        Cost.assertTakesBelow(Duration.ofSeconds(10), () -> {
            PickleBytes doubling = new PickleBytes().raw(']', 'q', 0);
            for (int level = 1; level <= 60; level++) {
                doubling.raw(']', '(', 'h', level - 1, 'h', level - 1, 'e', 'q', level);
            }
            assertRefused("has more than one value", doubling);
            PickleBytes laughs = new PickleBytes().raw('N');
            for (int level = 0; level < 30; level++) {
                laughs.raw('q', 0, 'h', 0, 0x86);
            }
            assertRefused("more than 2,000,000 values", laughs);
            PickleBytes itself = new PickleBytes().raw(']', 'q', 0, 'h', 0, 'a');
            assertRefused("nests deeper", itself);
            PickleBytes deep = new PickleBytes().raw('N');
            for (int level = 0; level < 1_000_000; level++) {
                deep.raw(0x85);
            }
            assertRefused("nests deeper", deep);
            PickleBytes endless = new PickleBytes();
            for (int i = 0; i < 4_000_001; i++) {
                endless.raw(')');
            }
            assertRefused("more than 4,000,000 opcodes", endless);
        });
    }

    @Test
    void case47Mutations() throws Throwable {
        byte[] good =
                Arrays.copyOf(PickleBytes.plain().pickle(), PickleBytes.plain().pickle().length + 1);
        good[good.length - 1] = '.';
        Random random = new Random(47);
        AtomicInteger read = new AtomicInteger();
        Cost.assertTakesBelow(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 20_000; i++) {
                byte[] mutant = good.clone();
                for (int n = random.nextInt(4); n >= 0; n--) {
                    mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
                }
                read.addAndGet(readsOrRefuses(mutant) ? 1 : 0);
            }
        });
        assertTrue(read.get() > 100 && read.get() < 19_000, "read: " + read);
    }

    private static boolean readsOrRefuses(byte[] pickle) {
        try {
            Map<String, PickledTensor> tensors = StateDict.flatten("fox", Unpickler.read("fox", pickle));
            for (Map.Entry<String, PickledTensor> tensor : tensors.entrySet()) {
                tensor.getValue().checked("fox", tensor.getKey());
            }
            return true;
        } catch (CheckpointException expected) {
            assertTrue(String.valueOf(expected.getMessage()).startsWith("fox: "));
            return false;
        }
    }
}
