package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.PngChunks.Chunk;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How a camera was held (EXIF 2.32, tag 0x0112): from 5 on columns and rows are swapped; then the picture is mirrored
 * from left to right, or upside down. 1 is upright.
 */
record ExifOrientation(int tag) {
    private static final int ORIENTATION = 0x0112;
    private static final int EXIF = 0x45786966; // "Exif"
    private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

    /** Of a JPEG file, from its first segment APP1 that has EXIF; upright for any other file. */
    static ExifOrientation ofJpeg(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (file.length < 4 || bytes.getShort(0) != (short) 0xFFD8) {
            return UPRIGHT;
        }
        int at = 2;
        while (at + 10 <= file.length && file[at] == (byte) 0xFF && file[at + 1] != (byte) 0xDA) {
            int length = bytes.getShort(at + 2) & 0xFFFF;
            if (file[at + 1] == (byte) 0xE1 && bytes.getInt(at + 4) == EXIF) {
                int from = at + 10;
                return ofTiff(bytes.slice(from, Math.clamp(at + 2L + length - from, 0, file.length - from)));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    /** Of a PNG file, from its chunk eXIf. */
    static ExifOrientation ofPng(List<Chunk> chunks) {
        return chunks.stream()
                .filter(chunk -> chunk.type().equals("eXIf"))
                .findFirst()
                .map(chunk -> ofTiff(chunk.data().duplicate()))
                .orElse(UPRIGHT);
    }

    /** Reads the first directory of a TIFF block; damage means upright. */
    private static ExifOrientation ofTiff(ByteBuffer tiff) {
        try {
            tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            tiff.position(tiff.getInt(4));
            int entries = tiff.getShort() & 0xFFFF;
            for (int entry = 0; entry < entries; entry++) {
                int at = tiff.position();
                int value = tiff.getShort(at + 8);
                if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION && value >= 1 && value <= 8) {
                    return new ExifOrientation(value);
                }
                tiff.position(at + 12);
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException | BufferUnderflowException e) {
            return UPRIGHT;
        }
        return UPRIGHT;
    }

    /** Turns a picture as its camera was held. */
    Image upright(Image image) {
        if (tag == 1) {
            return image;
        }
        boolean swapped = tag >= 5;
        int width = swapped ? image.height() : image.width();
        int height = swapped ? image.width() : image.height();
        int channels = image.channels();
        byte[] turned = new byte[image.pixels().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = isMirrored() ? width - 1 - x : x;
                int fromY = isUpsideDown() ? height - 1 - y : y;
                int from = swapped ? fromX * image.width() + fromY : fromY * image.width() + fromX;
                System.arraycopy(image.pixels(), from * channels, turned, (y * width + x) * channels, channels);
            }
        }
        return Image.of(width, height, channels, turned);
    }

    private boolean isMirrored() {
        return tag == 2 || tag == 3 || tag == 6 || tag == 7;
    }

    private boolean isUpsideDown() {
        return tag == 3 || tag == 4 || tag == 7 || tag == 8;
    }
}
