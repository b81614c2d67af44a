package dev.reverie.tts.g2p;

/** The two hashes of the tagger: MurmurHash64A of strings, MurmurHash3 x64 128 of keys (Austin Appleby, public domain). */
final class Murmur {
    private static final long M = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;
    private static final long STRING_SEED = 1;

    private Murmur() {}

    /** The key of a string's UTF-8 bytes; 0 for none. */
    static long key(byte[] bytes) {
        if (bytes.length == 0) {
            return 0;
        }
        long h = STRING_SEED ^ (bytes.length * M);
        int at = 0;
        for (; at + 8 <= bytes.length; at += 8) {
            long k = littleEndian(bytes, at, 8) * M;
            k ^= k >>> SHIFT;
            h ^= k * M;
            h *= M;
        }
        if (at < bytes.length) {
            h ^= littleEndian(bytes, at, bytes.length - at);
            h *= M;
        }
        h ^= h >>> SHIFT;
        h *= M;
        return h ^ (h >>> SHIFT);
    }

    private static long littleEndian(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[at + i] & 0xff);
        }
        return value;
    }

    /** Four rows of a table of {@code count} rows. */
    static int[] rows(long key, int seed, int count) {
        long a = seed ^ (Long.rotateLeft(key * 0x87c37b91114253d5L, 31) * 0x4cf5ad432745937fL);
        long b = seed ^ 8L; // 8: the key's length in bytes
        a ^= 8L;
        a += b;
        b += a;
        a = mix(a);
        b = mix(b);
        a += b;
        b += a;
        return new int[] {row(a, count), row(a >>> 32, count), row(b, count), row(b >>> 32, count)};
    }

    private static int row(long bits, int count) {
        return Integer.remainderUnsigned((int) bits, count);
    }

    private static long mix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
