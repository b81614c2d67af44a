package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.DType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of Python's pickle that state dictionaries need, as data: nothing named in a file is ever run.
 *
 * <p>Values become {@code Map}, {@code List}, {@link Tuple}, {@code String}, {@code Long}, {@code Double}, {@code
 * Boolean}, {@link Atom#NONE} and {@link PickledTensor}. Every other opcode and every other global is refused by name.
 * Opcodes: cpython, Lib/pickletools.py.
 */
final class Unpickler {
    /** A tensor takes about 40. */
    private static final int MAX_OPCODES = 4_000_000;

    private static final Map<String, DType> STORAGES = Map.ofEntries(
            Map.entry("torch.FloatStorage", DType.F32),
            Map.entry("torch.HalfStorage", DType.F16),
            Map.entry("torch.BFloat16Storage", DType.BF16),
            Map.entry("torch.DoubleStorage", DType.F64),
            Map.entry("torch.LongStorage", DType.I64),
            Map.entry("torch.IntStorage", DType.I32),
            Map.entry("torch.ShortStorage", DType.I16),
            Map.entry("torch.CharStorage", DType.I8),
            Map.entry("torch.ByteStorage", DType.U8),
            Map.entry("torch.BoolStorage", DType.BOOL));

    /** Python's tuple. */
    record Tuple(List<Object> items) {}

    /** What is neither a number, a text nor a container. */
    enum Atom {
        NONE,
        /** The class of ordered dictionaries. */
        ORDERED_DICT,
        /** {@code (storage, offset, size, stride, requires_grad, hooks)} to a tensor. */
        REBUILD_TENSOR,
        /** {@code (tensor, requires_grad, hooks)} to the tensor. */
        REBUILD_PARAMETER,
        /** Where a group of values begins on the stack. */
        MARK
    }

    private final String file;
    private final ByteBuffer in;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Unpickler(String file, byte[] pickle) {
        this.file = file;
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The value that the pickle describes. */
    static Object read(String file, byte[] pickle) throws CheckpointException {
        Unpickler unpickler = new Unpickler(file, pickle);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException end) {
            throw unpickler.fault("ends in the middle");
        }
    }

    private Object run() throws CheckpointException {
        for (int count = 0; count < MAX_OPCODES; count++) {
            int opcode = in.get() & 0xff;
            if (opcode == '.') {
                Object value = pop();
                if (!stack.isEmpty() || in.hasRemaining()) {
                    throw fault("has more than one value");
                }
                return value;
            }
            step(opcode);
        }
        throw fault(CheckpointException.text("has more than %,d opcodes", MAX_OPCODES));
    }

    private void step(int opcode) throws CheckpointException {
        switch (opcode) {
            case 0x80 -> requireProtocol(in.get());
            case 0x95 -> in.getLong(); // FRAME: its length
            case '(' -> push(Atom.MARK);
            case 'N' -> push(Atom.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) (in.get() & 0xff));
            case 'M' -> push((long) (in.getShort() & 0xffff));
            case 'J' -> push((long) in.getInt());
            case 0x8a -> push(longOf(bytes(in.get() & 0xff)));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'X' -> push(utf8(bytes(in.getInt())));
            case 0x8c -> push(utf8(bytes(in.get() & 0xff)));
            case '}' -> push(new LinkedHashMap<>());
            case ']' -> push(new ArrayList<>());
            case ')' -> push(new Tuple(List.of()));
            case 0x85 -> push(tuple(1));
            case 0x86 -> push(tuple(2));
            case 0x87 -> push(tuple(3));
            case 't' -> push(new Tuple(popToMark()));
            case 'a' -> append(List.of(pop()));
            case 'e' -> append(popToMark());
            case 's' -> setItems(tuple(2).items());
            case 'u' -> setItems(popToMark());
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(recalled(in.get() & 0xff));
            case 'j' -> push(recalled(in.getInt()));
            case 'c' -> push(global(line() + "." + line()));
            case 0x93 -> {
                String name = pop(String.class, "a name");
                push(global(pop(String.class, "the name of a module") + "." + name));
            }
            case 'Q' ->
                push(storage(pop(Tuple.class, "a reference to a storage").items()));
            case 'R' -> {
                List<Object> arguments = pop(Tuple.class, "arguments").items();
                push(call(pop(), arguments));
            }
            case 'b' -> build(pop());
            default ->
                throw fault(
                        CheckpointException.text("uses the opcode 0x%02x, which no state dictionary needs", opcode));
        }
    }

    private void requireProtocol(int protocol) throws CheckpointException {
        if (protocol < 2 || protocol > 5) {
            throw fault("has the pickle protocol " + protocol + ", not 2 to 5");
        }
    }

    private Object global(String name) throws CheckpointException {
        return switch (name) {
            case "collections.OrderedDict" -> Atom.ORDERED_DICT;
            case "torch._utils._rebuild_tensor_v2" -> Atom.REBUILD_TENSOR;
            case "torch._utils._rebuild_parameter" -> Atom.REBUILD_PARAMETER;
            default -> {
                DType dtype = STORAGES.get(name);
                if (dtype == null) {
                    throw fault(
                            "refers to " + quoted(name) + ", which is not allowed; save the tensors as safetensors");
                }
                yield dtype;
            }
        };
    }

    private Object call(Object function, List<Object> arguments) throws CheckpointException {
        if (function == Atom.ORDERED_DICT && arguments.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (function == Atom.REBUILD_PARAMETER && arguments.size() == 3 && arguments.get(0) instanceof PickledTensor) {
            return arguments.get(0);
        }
        if (function == Atom.REBUILD_TENSOR
                && (arguments.size() == 6 || arguments.size() == 7)
                && arguments.get(0) instanceof PickledTensor.Storage storage
                && arguments.get(1) instanceof Long offset
                && arguments.get(2) instanceof Tuple sizes
                && arguments.get(3) instanceof Tuple strides) {
            return new PickledTensor(storage, offset, numbers(sizes.items()), numbers(strides.items()));
        }
        throw fault("calls something with arguments that do not fit it");
    }

    private PickledTensor.Storage storage(List<Object> reference) throws CheckpointException {
        if (reference.size() == 5
                && reference.get(0).equals("storage")
                && reference.get(1) instanceof DType dtype
                && reference.get(2) instanceof String key
                && reference.get(4) instanceof Long count
                && count >= 0) {
            return new PickledTensor.Storage(dtype, key, count);
        }
        throw fault("has a reference to something other than a storage");
    }

    /** State of an object; state dictionaries carry versions of their modules in it, which nothing here needs. */
    private void build(Object state) throws CheckpointException {
        if (!(top() instanceof Map) || !(state instanceof Map)) {
            throw fault("sets the state of something other than an ordered dictionary");
        }
    }

    private void append(List<Object> items) throws CheckpointException {
        @SuppressWarnings("unchecked") // lists are made by step(int) alone
        List<Object> list = (List<Object>) require(List.class, top(), "a list");
        list.addAll(items);
    }

    private void setItems(List<Object> items) throws CheckpointException {
        @SuppressWarnings("unchecked") // maps are made by step(int) and call alone
        Map<Object, Object> map = (Map<Object, Object>) require(Map.class, top(), "a dictionary");
        if (items.size() % 2 != 0) {
            throw fault("sets a key without a value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            if (!(key instanceof String || key instanceof Long)) {
                throw fault("has a dictionary with a key that is neither a string nor an integer");
            }
            if (map.put(key, items.get(i + 1)) != null) {
                throw fault("has the key " + quoted(key.toString()) + " twice");
            }
        }
    }

    /** Sizes or strides. Their number is bounded before they are copied, for many tensors may share one long tuple. */
    private List<Long> numbers(List<Object> items) throws CheckpointException {
        if (items.size() > PickledTensor.MAX_RANK) {
            throw fault("has a tensor of more than " + PickledTensor.MAX_RANK + " axes");
        }
        List<Long> numbers = new ArrayList<>(items.size());
        for (Object item : items) {
            numbers.add(require(Long.class, item, "an integer"));
        }
        return numbers;
    }

    private Tuple tuple(int size) throws CheckpointException {
        List<Object> items = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            items.add(pop());
        }
        return new Tuple(items.reversed());
    }

    private List<Object> popToMark() throws CheckpointException {
        List<Object> items = new ArrayList<>();
        while (!stack.isEmpty()) {
            Object item = stack.pop();
            if (item == Atom.MARK) {
                return new ArrayList<>(items.reversed());
            }
            items.add(item);
        }
        throw fault("ends a group that it did not begin");
    }

    private Object recalled(int index) throws CheckpointException {
        Object value = memo.get(index);
        if (value == null) {
            throw fault("recalls value " + index + ", which it did not note");
        }
        return value;
    }

    private void push(Object value) {
        stack.push(value);
    }

    private Object pop() throws CheckpointException {
        Object value = top();
        stack.pop();
        return value;
    }

    private <T> T pop(Class<T> type, String wanted) throws CheckpointException {
        return require(type, pop(), wanted);
    }

    private Object top() throws CheckpointException {
        Object value = stack.peek();
        if (value == null || value == Atom.MARK) {
            throw fault("takes a value from an empty stack");
        }
        return value;
    }

    private <T> T require(Class<T> type, Object value, String wanted) throws CheckpointException {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw fault("has something else where " + wanted + " must be");
    }

    private byte[] bytes(int count) throws CheckpointException {
        if (count < 0 || count > in.remaining()) {
            throw fault("ends in the middle");
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private String utf8(byte[] bytes) throws CheckpointException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw fault("has a string that is not UTF-8");
        }
    }

    /** Up to 8 bytes, little-endian, two's complement. */
    private long longOf(byte[] bytes) throws CheckpointException {
        if (bytes.length > Long.BYTES) {
            throw fault("has an integer of more than 64 bits");
        }
        long value = bytes.length == 0 ? 0 : bytes[bytes.length - 1];
        for (int i = bytes.length - 2; i >= 0; i--) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private String line() throws CheckpointException {
        int start = in.position();
        while (in.get() != '\n') {
            // up to the end of the line
        }
        int length = in.position() - 1 - start;
        in.position(start);
        String line = utf8(bytes(length));
        in.get();
        return line;
    }

    private CheckpointException fault(String rule) {
        return inFile(file, "its data.pkl %s (byte %,d)", rule, in.position());
    }
}
