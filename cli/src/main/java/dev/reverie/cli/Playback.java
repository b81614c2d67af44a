package dev.reverie.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.SourceDataLine;

/** A loudspeaker, opened before the work begins so that nobody waits in vain. */
final class Playback implements AutoCloseable {
    private final SourceDataLine line;

    private Playback(SourceDataLine line) {
        this.line = line;
    }

    /** Opens the default device for one channel of 16 bits. */
    static Playback open(int sampleRateHz) throws IOException {
        try {
            AudioFormat format = new AudioFormat(sampleRateHz, Short.SIZE, 1, true, false);
            SourceDataLine line = AudioSystem.getSourceDataLine(format);
            line.open(format);
            return new Playback(line);
        } catch (LineUnavailableException | IllegalArgumentException e) {
            throw new IOException("this machine has no sound device to play on; leave --play out to write a file", e);
        }
    }

    /** Plays samples in [-1, 1] and returns when the last one was heard. */
    void play(float[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            bytes.putShort((short) Math.rint(Math.clamp(sample, -1f, 1f) * Short.MAX_VALUE));
        }
        line.start();
        line.write(bytes.array(), 0, bytes.capacity());
        line.drain();
    }

    @Override
    public void close() {
        line.close();
    }
}
