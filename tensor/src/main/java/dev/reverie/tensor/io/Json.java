package dev.reverie.tensor.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * A JSON value that knows its file and its place in it, so that {@code config.json: "text.layers[2].dim" is missing}
 * needs no help from the caller.
 *
 * <p>A getter with a key is that of {@link #get} and a conversion. A member that is missing and a value of another type
 * are faults, but where the method says what stands for an absent one.
 *
 * <p>Reading is strict: duplicate keys, trailing content, malformed UTF-8, half surrogate pairs, NaN, comments and
 * nesting deeper than 200 are refused; infinities are numbers, for Python writes them. Immutable.
 */
public final class Json {
    private static final Object NULL = new Object();

    private final String file;
    /** The object or list that holds this value; null for the whole file. */
    private final @Nullable Json parent;
    /** Key or index in the parent: the path is put together where a message needs it. */
    private final Object step;
    /** Map of String to value, List of values, String, Long, Double, Boolean or {@link #NULL}. */
    private final Object value;

    private Json(String file, @Nullable Json parent, Object step, Object value) {
        this.file = file;
        this.parent = parent;
        this.step = step;
        this.value = value;
    }

    /** Reads a file. */
    public static Json read(Path file) throws IOException {
        FileStamp.of(file).requireContent();
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (CheckpointException fault) {
            ForeignFormat format = ForeignFormat.of(file);
            throw format == null || format == ForeignFormat.JSON
                    ? fault
                    : CheckpointException.inFile(file.toString(), "%s", format.advice())
                            .because(fault);
        }
    }

    /** Reads a stream to its end; {@code name} stands for it in messages. The stream stays open. */
    public static Json read(String name, InputStream in) throws IOException {
        try (JsonReader reader = JsonReader.withInfinity(name, in)) {
            Object value = value(reader, reader.next());
            reader.expectEnd();
            return new Json(name, null, "", value);
        }
    }

    /** Parses a text; {@code name} stands for it in messages. */
    public static Json parse(String name, String text) throws IOException {
        return read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Object value(JsonReader reader, @Nullable JsonToken token) throws IOException {
        if (token == null) {
            throw reader.fault("is not JSON: a value is missing");
        }
        return switch (token) {
            case START_OBJECT -> object(reader);
            case START_ARRAY -> array(reader);
            case VALUE_STRING -> reader.string();
            case VALUE_NUMBER_INT -> {
                Long integer = reader.integer();
                yield integer == null ? (Object) reader.number() : integer;
            }
            case VALUE_NUMBER_FLOAT -> reader.number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> NULL;
            default -> throw reader.fault("is not JSON: a value is missing");
        };
    }

    private static Map<String, Object> object(JsonReader reader) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (reader.next() == JsonToken.PROPERTY_NAME) {
            String key = reader.key();
            if (members.put(key, value(reader, reader.next())) != null) {
                throw reader.fault("has the key " + CheckpointException.quoted(key) + " twice");
            }
        }
        return members;
    }

    private static List<Object> array(JsonReader reader) throws IOException {
        List<Object> items = new ArrayList<>();
        for (JsonToken token = reader.next(); token != JsonToken.END_ARRAY; token = reader.next()) {
            items.add(value(reader, token));
        }
        return items;
    }

    /** Name of the file. */
    public String file() {
        return file;
    }

    /** Keys of an object, in the file's order. */
    public Set<String> keys() throws CheckpointException {
        return Collections.unmodifiableSet(object().keySet());
    }

    /** Whether an object has a member of that name; one that is {@code null} counts. */
    public boolean has(String key) throws CheckpointException {
        return object().containsKey(key);
    }

    /** The member of that name. */
    public Json get(String key) throws CheckpointException {
        Object member = object().get(key);
        if (member == null) {
            throw CheckpointException.inFile(file, "%s is missing", CheckpointException.quoted(pathOf(key)));
        }
        return new Json(file, this, key, member);
    }

    /** The member of that name, or null where there is none or it is {@code null}. */
    public @Nullable Json find(String key) throws CheckpointException {
        Object member = object().get(key);
        return member == null || member == NULL ? null : new Json(file, this, key, member);
    }

    public int getInt(String key) throws CheckpointException {
        return get(key).asInt();
    }

    /** The member of that name, or {@code absent} where there is none or it is {@code null}. */
    public int getInt(String key, int absent) throws CheckpointException {
        Json member = find(key);
        return member == null ? absent : member.asInt();
    }

    public double getDouble(String key) throws CheckpointException {
        return get(key).asDouble();
    }

    /** The member of that name, or {@code absent} where there is none or it is {@code null}. */
    public double getDouble(String key, double absent) throws CheckpointException {
        Json member = find(key);
        return member == null ? absent : member.asDouble();
    }

    public boolean getBoolean(String key) throws CheckpointException {
        return get(key).asBoolean();
    }

    /** The member of that name, or {@code absent} where there is none or it is {@code null}. */
    public boolean getBoolean(String key, boolean absent) throws CheckpointException {
        Json member = find(key);
        return member == null ? absent : member.asBoolean();
    }

    public String getString(String key) throws CheckpointException {
        return get(key).asString();
    }

    /** The member of that name, or {@code absent} where there is none or it is {@code null}. */
    public String getString(String key, String absent) throws CheckpointException {
        Json member = find(key);
        return member == null ? absent : member.asString();
    }

    public List<Json> getList(String key) throws CheckpointException {
        return get(key).asList();
    }

    public int[] getInts(String key) throws CheckpointException {
        return get(key).asInts();
    }

    public List<String> getStrings(String key) throws CheckpointException {
        return get(key).asStrings();
    }

    public boolean isNull() {
        return value == NULL;
    }

    public boolean isObject() {
        return value instanceof Map;
    }

    public boolean isList() {
        return value instanceof List;
    }

    public boolean isString() {
        return value instanceof String;
    }

    public boolean isNumber() {
        return value instanceof Number;
    }

    /** Whether this is that Boolean, String or number, whichever way a number is written. */
    public boolean is(Object other) {
        if (value instanceof Number number && other instanceof Number wanted) {
            return number.doubleValue() == wanted.doubleValue();
        }
        return value.equals(other);
    }

    /** An integer of 32 bits, written as one: {@code 1.0} is refused. */
    public int asInt() throws CheckpointException {
        long number = asLong();
        if (number != (int) number) {
            throw otherThan("an integer of 32 bits");
        }
        return (int) number;
    }

    /** An integer of 64 bits, written as one: {@code 1.0} is refused. */
    public long asLong() throws CheckpointException {
        if (value instanceof Long number) {
            return number;
        }
        throw otherThan("an integer");
    }

    /** Any number, never NaN; infinite only where the file spells {@code Infinity} or {@code -Infinity}. */
    public double asDouble() throws CheckpointException {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw otherThan("a number");
    }

    public boolean asBoolean() throws CheckpointException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw otherThan("true or false");
    }

    public String asString() throws CheckpointException {
        if (value instanceof String text) {
            return text;
        }
        throw otherThan("a string");
    }

    public List<Json> asList() throws CheckpointException {
        if (!(value instanceof List<?> items)) {
            throw otherThan("a list");
        }
        List<Json> list = new ArrayList<>(items.size());
        for (Object item : items) {
            list.add(new Json(file, this, list.size(), item));
        }
        return list;
    }

    public int[] asInts() throws CheckpointException {
        List<Json> items = asList();
        int[] numbers = new int[items.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = items.get(i).asInt();
        }
        return numbers;
    }

    public List<String> asStrings() throws CheckpointException {
        List<String> texts = new ArrayList<>();
        for (Json item : asList()) {
            texts.add(item.asString());
        }
        return texts;
    }

    /** Makes a value of what this one holds. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Json json) throws CheckpointException;
    }

    /** The value that {@code reader} makes; an IllegalArgumentException of its is a fault of this one. */
    public <T> T as(Reader<T> reader) throws CheckpointException {
        try {
            return reader.read(this);
        } catch (IllegalArgumentException e) {
            throw fault(String.valueOf(e.getMessage()));
        }
    }

    /** The fault of a value that is well-formed but not allowed: {@code config.json: "heads" must be positive}. */
    public CheckpointException fault(String rule) {
        String path = path();
        return CheckpointException.inFile(
                file, "%s %s", path.isEmpty() ? "the value" : CheckpointException.quoted(path), rule);
    }

    /** The fault of a value that should be another: {@code config.json: "heads" must be a number, not "eight"}. */
    public CheckpointException otherThan(String wanted) {
        return fault("must be " + wanted + ", not " + kind());
    }

    private String kind() {
        if (isObject() || isList()) {
            return isObject() ? "an object" : "a list";
        }
        return isNull() ? "null" : isString() ? CheckpointException.quoted(value.toString()) : value.toString();
    }

    private String path() {
        if (parent == null) {
            return "";
        }
        return step instanceof String key ? parent.pathOf(key) : parent.path() + "[" + step + "]";
    }

    private String pathOf(String key) {
        String path = path();
        return path.isEmpty() ? key : path + "." + key;
    }

    @SuppressWarnings("unchecked") // maps are made by object(JsonReader) alone
    private Map<String, Object> object() throws CheckpointException {
        if (value instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw otherThan("an object");
    }
}
