package dev.reverie.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An operation and its sizes, such as {@code linear m=4096 n=320 k=1280}.
 *
 * @param operation the operation's name
 * @param sizes what each word behind it says
 */
record Workload(String operation, Map<String, String> sizes) {
    Workload {
        sizes = Map.copyOf(sizes);
    }

    /** Parses {@code OP key=value ...}. */
    static Workload parse(String request) {
        String[] words = request.strip().split("\\s+", -1);
        Map<String, String> sizes = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"%s\" is not key=value".formatted(words[i]));
            }
            sizes.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return new Workload(words[0], sizes);
    }

    /** The workload of a name, such as {@code linear-clip}, in {@code workloads.tsv}. */
    static Workload named(String name) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Workload.class.getResourceAsStream("workloads.tsv")), StandardCharsets.UTF_8))) {
            String[] fields = lines.lines()
                    .map(line -> line.split("\t", -1))
                    .filter(line -> line[0].equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no workload is called " + name));
            return parse(fields[1] + " " + fields[2]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size(String key) {
        return Integer.parseInt(text(key));
    }

    int size(String key, int otherwise) {
        return sizes.containsKey(key) ? size(key) : otherwise;
    }

    String text(String key) {
        String value = sizes.get(key);
        if (value == null) {
            throw new IllegalArgumentException("%s needs %s=...".formatted(operation, key));
        }
        return value;
    }
}
