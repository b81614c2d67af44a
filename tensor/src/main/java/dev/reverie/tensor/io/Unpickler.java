package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.quoted;

import java.nio.BufferUnderflowException;
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
 * Boolean}, {@link Atom#NONE} and {@link PickledTensor}. Every other opcode is refused by name, and so is every global
 * that {@link PickledGlobals} does not know. Opcodes: cpython, Lib/pickletools.py.
 */
final class Unpickler {
    /** A tensor takes about 40. */
    private static final int MAX_OPCODES = 4_000_000;

    /** Python's tuple. */
    record Tuple(List<Object> items) {}

    /** What is neither a number, a text, a container nor a global. */
    enum Atom {
        NONE,
        /** Where a group of values begins on the stack. */
        MARK
    }

    private final PickleInput in;
    private final PickledGlobals globals;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Unpickler(String file, byte[] pickle) {
        this.in = new PickleInput(file, pickle);
        this.globals = new PickledGlobals(in);
    }

    /** The value that the pickle describes. */
    static Object read(String file, byte[] pickle) throws CheckpointException {
        Unpickler unpickler = new Unpickler(file, pickle);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException end) {
            throw unpickler.in.fault("ends in the middle");
        }
    }

    private Object run() throws CheckpointException {
        for (int count = 0; count < MAX_OPCODES; count++) {
            int opcode = in.uint8();
            if (opcode == '.') {
                Object value = pop();
                if (!stack.isEmpty() || in.hasMore()) {
                    throw in.fault("has more than one value");
                }
                return value;
            }
            step(opcode);
        }
        throw in.fault(CheckpointException.text("has more than %,d opcodes", MAX_OPCODES));
    }

    private void step(int opcode) throws CheckpointException {
        switch (opcode) {
            case 0x80 -> requireProtocol(in.uint8());
            case 0x95 -> in.int64(); // FRAME: its length
            case '(' -> push(Atom.MARK);
            case 'N' -> push(Atom.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) in.uint8());
            case 'M' -> push((long) in.uint16());
            case 'J' -> push((long) in.int32());
            case 0x8a -> push(in.integer(in.uint8()));
            case 'G' -> push(in.float64());
            case 'X' -> push(in.text(in.int32()));
            case 0x8c -> push(in.text(in.uint8()));
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
            case 'q' -> memo.put(in.uint8(), top());
            case 'r' -> memo.put(in.int32(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(recalled(in.uint8()));
            case 'j' -> push(recalled(in.int32()));
            case 'c' -> push(globals.named(in.line() + "." + in.line()));
            case 0x93 -> {
                String name = pop(String.class, "a name");
                push(globals.named(pop(String.class, "the name of a module") + "." + name));
            }
            case 'Q' ->
                push(globals.storage(
                        pop(Tuple.class, "a reference to a storage").items()));
            case 'R' -> {
                List<Object> arguments = pop(Tuple.class, "arguments").items();
                push(globals.call(pop(), arguments));
            }
            case 'b' -> build(pop());
            default ->
                throw in.fault(
                        CheckpointException.text("uses the opcode 0x%02x, which no state dictionary needs", opcode));
        }
    }

    private void requireProtocol(int protocol) throws CheckpointException {
        if (protocol < 2 || protocol > 5) {
            throw in.fault("has the pickle protocol " + protocol + ", not 2 to 5");
        }
    }

    /** State of an object; state dictionaries carry versions of their modules in it, which nothing here needs. */
    private void build(Object state) throws CheckpointException {
        if (!(top() instanceof Map) || !(state instanceof Map)) {
            throw in.fault("sets the state of something other than an ordered dictionary");
        }
    }

    private void append(List<Object> items) throws CheckpointException {
        @SuppressWarnings("unchecked") // lists are made by step(int) alone
        List<Object> list = (List<Object>) require(List.class, top(), "a list");
        list.addAll(items);
    }

    private void setItems(List<Object> items) throws CheckpointException {
        @SuppressWarnings("unchecked") // maps are made by step(int) and PickledGlobals alone
        Map<Object, Object> map = (Map<Object, Object>) require(Map.class, top(), "a dictionary");
        if (items.size() % 2 != 0) {
            throw in.fault("sets a key without a value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            if (!(key instanceof String || key instanceof Long)) {
                throw in.fault("has a dictionary with a key that is neither a string nor an integer");
            }
            if (map.put(key, items.get(i + 1)) != null) {
                throw in.fault("has the key " + quoted(key.toString()) + " twice");
            }
        }
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
        throw in.fault("ends a group that it did not begin");
    }

    private Object recalled(int index) throws CheckpointException {
        Object value = memo.get(index);
        if (value == null) {
            throw in.fault("recalls value " + index + ", which it did not note");
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
            throw in.fault("takes a value from an empty stack");
        }
        return value;
    }

    private <T> T require(Class<T> type, Object value, String wanted) throws CheckpointException {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw in.fault("has something else where " + wanted + " must be");
    }
}
