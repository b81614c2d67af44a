package dev.reverie.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Strict JSON, token by token: valid UTF-8 without a byte order mark, no comments, no NaN, nothing after the value,
 * bounded depth and lengths. Every fault is a {@link CheckpointException} that names the file and the place.
 */
final class JsonReader implements AutoCloseable {
    /** Far more than any configuration nests, far less than the stack holds. */
    private static final int MAX_DEPTH = 200;

    private static final int MAX_STRING_LENGTH = 100_000_000;

    // Names are not interned: a file of a million names must not fill tables that outlive it.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .build())
            .build();

    /** Configurations of diffusers have {@code -Infinity}, as Python writes it. */
    private static final JsonFactory WITH_INFINITY =
            FACTORY.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private final String file;
    private final JsonParser parser;

    private JsonReader(String file, InputStream in, JsonFactory factory) {
        this.file = file;
        // A decoder, unlike a charset, reports malformed bytes instead of replacing them.
        this.parser = factory.createParser(
                ObjectReadContext.empty(), new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    }

    /** A reader of JSON as the standard has it. */
    static JsonReader strict(String file, InputStream in) {
        return new JsonReader(file, in, FACTORY);
    }

    /** A reader that also takes {@code Infinity} and {@code -Infinity} for numbers. */
    static JsonReader withInfinity(String file, InputStream in) {
        return new JsonReader(file, in, WITH_INFINITY);
    }

    /** The next token, or null at the end of the input. */
    @Nullable
    JsonToken next() throws IOException {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** The next token, which must be the given one. */
    void expect(JsonToken wanted, String rule) throws IOException {
        if (next() != wanted) {
            throw fault(rule);
        }
    }

    void expectEnd() throws IOException {
        if (next() != null) {
            throw fault("has more after its JSON value");
        }
    }

    /** Name of the current member. */
    String key() {
        return parser.currentName();
    }

    /** Value of the current string token. */
    String string() throws IOException {
        String text;
        try {
            text = parser.getString();
        } catch (JacksonException e) {
            throw translated(e);
        }
        // Jackson looks at surrogates in names alone; code points pair them up and leave the others as they are.
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw fault("has half a surrogate pair in a string");
        }
        return text;
    }

    /** Value of the current integer token, or null if 64 bits do not hold it. */
    @Nullable
    Long integer() {
        try {
            return parser.getLongValue();
        } catch (JacksonException tooLarge) {
            return null;
        }
    }

    /** Value of the current number token: finite, or an infinity that is spelled out. */
    double number() throws IOException {
        double value;
        String text;
        try {
            value = parser.getDoubleValue();
            text = parser.getString();
        } catch (JacksonException e) {
            throw translated(e);
        }
        if (!Double.isFinite(value) && !text.equals("Infinity") && !text.equals("-Infinity")) {
            throw fault("has a number that is not one, or beyond the range of double");
        }
        return value;
    }

    /** Steps over the value that the current token starts. */
    void skip() throws IOException {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** A fault at the current place. */
    CheckpointException fault(String rule) {
        return CheckpointException.inFile(
                file,
                "%s (line %d, column %d)",
                rule,
                parser.currentLocation().getLineNr(),
                parser.currentLocation().getColumnNr());
    }

    @Override
    public void close() {
        parser.close();
    }

    private IOException translated(JacksonException e) {
        if (e.getCause() instanceof CharacterCodingException) {
            return CheckpointException.inFile(file, "is not JSON: its bytes are not UTF-8");
        }
        if (e.getCause() instanceof IOException fault) {
            return fault;
        }
        return fault("is not JSON: " + e.getOriginalMessage());
    }
}
