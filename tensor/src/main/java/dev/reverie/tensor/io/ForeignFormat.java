package dev.reverie.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Recognises what users hand over by mistake by its first bytes, and says what to do. */
enum ForeignFormat {
    LFS("version https://git-lfs", "is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`"),
    HTML("<!doctype html", "is an HTML page, most likely the error page of a download; download the file again"),
    HTML_BARE("<html", "is an HTML page, most likely the error page of a download; download the file again"),
    GGUF("gguf", "is a GGUF file; take the model's safetensors files"),
    ZIP("pk\u0003\u0004", "is a zip archive, perhaps a PyTorch checkpoint; open it as such, or unpack it"),
    TORCH_LEGACY(
            "\u0080\u0002\u008a\nl\u00fc\u009cf",
            "is a PyTorch checkpoint of before version 1.6, a bare pickle; save it again with torch 1.6 or later, or as"
                    + " safetensors"),
    PICKLE("\u0080", "is a Python pickle; save its tensors as safetensors"),
    JSON("{", "is a JSON file, which describes a model; name the folder that it lies in"),
    PNG("\u0089png\r\n", "is a PNG picture, no file of tensors"),
    JPEG("\u00ff\u00f8\u00ff", "is a JPEG picture, no file of tensors");

    private static final int HEAD_BYTES = 64;

    private final String magic;
    private final String advice;

    ForeignFormat(String magic, String advice) {
        this.magic = magic;
        this.advice = advice;
    }

    /** A sentence without its subject: what the file is, and what to do. */
    String advice() {
        return advice;
    }

    /** The format that the first bytes of a file on disk show, or null for none of these. */
    static @Nullable ForeignFormat of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(MemorySegment.ofArray(in.readNBytes(HEAD_BYTES)));
        }
    }

    /** The format that a file's first bytes show, or null for none of these. */
    static @Nullable ForeignFormat of(MemorySegment file) {
        byte[] head = file.asSlice(0, Math.min(file.byteSize(), HEAD_BYTES)).toArray(ValueLayout.JAVA_BYTE);
        String start =
                new String(head, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
        for (ForeignFormat format : values()) {
            if (start.startsWith(format.magic)) {
                return format;
            }
        }
        return null;
    }
}
