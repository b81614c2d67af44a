package dev.reverie.tensor.kernel;

/** A thread's own working memory for packed panels and tiles; grows to the largest request and stays. */
public final class Scratch {
    private float[][] slots = new float[4][0];
    private int turn;

    /** 0, 1 .. {@code count - 1}, 0 ..: the next on each call. */
    int turn(int count) {
        turn = turn + 1 == count ? 0 : turn + 1;
        return turn;
    }

    /** An array of at least {@code floats} elements, content undefined; each slot is an array of its own. */
    public float[] floats(int slot, int floats) {
        if (slot >= slots.length) {
            int before = slots.length;
            slots = java.util.Arrays.copyOf(slots, slot + 4);
            for (int i = before; i < slots.length; i++) {
                slots[i] = new float[0];
            }
        }
        if (slots[slot].length < floats) {
            slots[slot] = new float[floats];
        }
        return slots[slot];
    }
}
