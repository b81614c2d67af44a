package dev.reverie.diffusion.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Brackets of one kind, each around a range of pieces; they nest. */
final class Brackets {
    /** In the order of opening. */
    private final List<Bracket> all = new ArrayList<>();

    private final Deque<Bracket> open = new ArrayDeque<>();

    boolean isOpen() {
        return !open.isEmpty();
    }

    void open(int from) {
        Bracket bracket = new Bracket(from);
        all.add(bracket);
        open.push(bracket);
    }

    void close(int to, double factor) {
        Bracket bracket = open.pop();
        bracket.to = to;
        bracket.factor = factor;
    }

    void closeAll(int to, double factor) {
        while (isOpen()) {
            close(to, factor);
        }
    }

    /** The product of the factors around each of the pieces. */
    double[] weights(int count) {
        double[] weights = new double[count];
        Deque<Bracket> around = new ArrayDeque<>();
        int next = 0;
        for (int i = 0; i < count; i++) {
            while (!around.isEmpty() && around.element().to <= i) {
                around.pop();
            }
            for (; next < all.size() && all.get(next).from <= i; next++) {
                Bracket bracket = all.get(next);
                if (bracket.to > i) {
                    bracket.product = (around.isEmpty() ? 1 : around.element().product) * bracket.factor;
                    around.push(bracket);
                }
            }
            weights[i] = around.isEmpty() ? 1 : around.element().product;
        }
        return weights;
    }

    private static final class Bracket {
        private final int from;
        private int to;
        private double factor = 1;
        /** Of this factor and all around it. */
        private double product = 1;

        Bracket(int from) {
            this.from = from;
        }
    }
}
