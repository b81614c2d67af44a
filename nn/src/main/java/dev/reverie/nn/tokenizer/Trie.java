package dev.reverie.nn.tokenizer;

import java.util.Arrays;

/** Strings with a number each, to be matched at any place of a text. Node 0 is the root. */
final class Trie {
    private final PairTable children;
    /** Number of the string that ends at a node, or -1. */
    private int[] numbers;

    private int nodes = 1;

    Trie(int expectedChars) {
        children = new PairTable(expectedChars);
        numbers = new int[Math.max(16, expectedChars)];
        numbers[0] = -1;
    }

    /** Adds a string; whether it was not there yet. */
    boolean add(String string, int number) {
        int node = 0;
        for (int i = 0; i < string.length(); i++) {
            int child = child(node, string.charAt(i));
            node = child >= 0 ? child : newChild(node, string.charAt(i));
        }
        boolean isNew = numbers[node] < 0;
        numbers[node] = number;
        return isNew;
    }

    private int newChild(int parent, char c) {
        if (nodes == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.multiplyExact(2, nodes));
        }
        numbers[nodes] = -1;
        children.putIfAbsent(parent, c, nodes);
        return nodes++;
    }

    /** The node after one more char, or -1 where no string goes on so. */
    int child(int node, char c) {
        return children.get(node, c);
    }

    /** The number of the string that ends at a node, or -1. */
    int number(int node) {
        return numbers[node];
    }

    /** The number of a string, or -1. */
    int find(CharSequence string) {
        int node = 0;
        for (int i = 0; i < string.length() && node >= 0; i++) {
            node = child(node, string.charAt(i));
        }
        return node < 0 ? -1 : number(node);
    }
}
