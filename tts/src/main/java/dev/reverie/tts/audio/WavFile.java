package dev.reverie.tts.audio;

import dev.reverie.tensor.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** WAV files: RIFF, PCM of 16 bits, mono, little-endian. */
public final class WavFile {
    private static final int HEADER_BYTES = 44;
    /** RIFF counts in 32 bits. */
    private static final long MAX_SAMPLES = (0xFFFF_FFFFL - HEADER_BYTES) / Short.BYTES;

    private WavFile() {}

    /**
     * Writes beside {@code file}, then renames: an existing file is replaced whole or not at all.
     *
     * @throws IOException if it cannot be written; the message names the file
     */
    public static void write(Path file, float[] samples, int sampleRateHz) throws IOException {
        WholeFile.write(file, channel -> write(Channels.newOutputStream(channel), samples, sampleRateHz));
    }

    /** Writes header and samples to a stream, which stays open. */
    public static void write(OutputStream out, float[] samples, int sampleRateHz) throws IOException {
        if (samples.length > MAX_SAMPLES) {
            throw new IOException("%,d samples are more than a WAV file holds".formatted(samples.length));
        }
        out.write(header(samples.length, sampleRateHz).array());
        ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            if (!block.hasRemaining()) {
                out.write(block.array(), 0, block.position());
                block.clear();
            }
            block.putShort(pcm16(sample));
        }
        out.write(block.array(), 0, block.position());
    }

    /** Full scale is 32,767; what is louder is cut, NaN is silence. */
    static short pcm16(float sample) {
        return (short) Math.rint(Math.clamp(sample, -1f, 1f) * (double) Short.MAX_VALUE);
    }

    private static ByteBuffer header(int samples, int sampleRateHz) {
        int bytes = samples * Short.BYTES;
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(ascii("RIFF")).putInt(HEADER_BYTES - 8 + bytes).put(ascii("WAVE"));
        header.put(ascii("fmt ")).putInt(16);
        header.putShort((short) 1).putShort((short) 1); // PCM, one channel
        header.putInt(sampleRateHz).putInt(sampleRateHz * Short.BYTES);
        header.putShort((short) Short.BYTES).putShort((short) Short.SIZE);
        header.put(ascii("data")).putInt(bytes);
        return header;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
