package dev.reverie.diffusion.image;

import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A line of settings: {@code key: value, key: "value, quoted as in JSON"}. */
final class InfoLine {
    private final String line;
    private int at;

    private InfoLine(String line) {
        this.line = line;
    }

    static boolean isKey(String key) {
        return key.length() >= 2
                && key.equals(key.strip())
                && key.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || " _-/".indexOf(c) >= 0);
    }

    /** The settings of a line, what is none left out; of two with one key the last. */
    static Map<String, String> parse(String line) {
        InfoLine reader = new InfoLine(line);
        Map<String, String> settings = new LinkedHashMap<>();
        while (reader.at < line.length()) {
            int end = reader.endOfKey();
            String key = line.substring(reader.at, end).strip();
            if (end < line.length() && line.charAt(end) == ':' && isKey(key)) {
                reader.at = end + 1;
                settings.put(key, reader.value());
            } else {
                int comma = line.indexOf(',', end);
                reader.at = comma < 0 ? line.length() : comma + 1;
            }
        }
        return settings;
    }

    private int endOfKey() {
        int end = at;
        while (end < line.length() && line.charAt(end) != ':' && line.charAt(end) != ',') {
            end++;
        }
        return end;
    }

    /** The value from here, and the comma behind it. */
    private String value() {
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        int from = at;
        int end = at < line.length() && line.charAt(at) == '"' ? closingQuote() : -1;
        if (end >= 0 && (end + 1 == line.length() || line.charAt(end + 1) == ',')) {
            at = end + 2;
            return unquoted(line.substring(from, end + 1));
        }
        int comma = line.indexOf(',', from);
        at = comma < 0 ? line.length() : comma + 1;
        return line.substring(from, comma < 0 ? line.length() : comma);
    }

    private int closingQuote() {
        for (int i = at + 1; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (line.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String json) {
        try {
            return Json.parse(GenerationParameters.KEY, json).asString();
        } catch (IOException e) {
            return json; // as webui does
        }
    }

    /** A value as it is, or as a JSON string where it could be mistaken. */
    static String quoted(String value) {
        boolean isPlain =
                value.chars().noneMatch(c -> c < ' ' || ",:\"".indexOf(c) >= 0) && value.equals(value.strip());
        if (isPlain) {
            return value;
        }
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> json.append(c < ' ' ? "\\u%04x".formatted((int) c) : Character.toString(c));
            }
        }
        return json.append('"').toString();
    }
}
