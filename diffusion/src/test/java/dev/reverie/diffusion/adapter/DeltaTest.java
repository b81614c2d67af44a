package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.FakeModel.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.adapter.Delta.Full;
import dev.reverie.diffusion.adapter.Delta.Hadamard;
import dev.reverie.diffusion.adapter.Delta.Kronecker;
import dev.reverie.diffusion.adapter.Delta.LowRank;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import org.junit.jupiter.api.Test;

/** Each kind against its formula, written out in double; O, I, K, R are 5, 4, 3 x 2 and 2. */
class DeltaTest {
    private static final int O = 5;
    private static final int I = 4;
    private static final int K = 6;
    private static final int R = 2;

    /** An element of the expected matrix. */
    private interface Formula {
        double at(int out, int in, int tap);
    }

    private static void check(Delta delta, Shape shape, int taps, Formula formula) {
        assertEquals(shape, delta.shape());
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor got = delta.expand(frame);
            assertEquals(shape.elementCount(), got.elementCount());
            int inner = shape.elementCount() / shape.dim(0);
            for (int i = 0; i < got.elementCount(); i++) {
                double want = formula.at(i / inner, i % inner / taps, i % taps);
                assertEquals(want, got.get(i), 1e-5 * (1 + Math.abs(want)), "element " + i);
            }
        }
    }

    private static double sum(int count, java.util.function.IntToDoubleFunction term) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += term.applyAsDouble(i);
        }
        return sum;
    }

    /** sum over r of a[o, r] b[r, column]. */
    private static double product(Tensor a, Tensor b, int o, int column) {
        int width = b.elementCount() / b.dim(0);
        return sum(R, r -> (double) a.get(o * R + r) * b.get(r * width + column));
    }

    /** sum over m, n of up(o, m) core[m, n, k] down[n, i]. */
    private static double tucker(java.util.function.IntToDoubleFunction up, Tensor core, Tensor down, int i, int k) {
        return sum(R, m -> sum(R, n -> up.applyAsDouble(m) * core.get((m * R + n) * K + k) * down.get(n * I + i)));
    }

    @Test
    void linearLowRank() {
        Tensor up = random(1, O, R);
        Tensor down = random(2, R, I);
        check(new LowRank(up, down, null), Shape.of(O, I), 1, (o, i, k) -> product(up, down, o, i));
    }

    @Test
    void convolutionsHaveTheirKernelInDown() {
        Tensor up = random(3, O, R, 1, 1);
        Tensor down = random(4, R, I, 3, 2);
        check(new LowRank(up, down, null), Shape.of(O, I, 3, 2), K, (o, i, k) -> product(up, down, o, i * K + k));
    }

    @Test
    void orInACoreBetween() {
        Tensor up = random(5, O, R, 1, 1);
        Tensor core = random(6, R, R, 3, 2);
        Tensor down = random(7, R, I, 1, 1);
        check(
                new LowRank(up, down, core),
                Shape.of(O, I, 3, 2),
                K,
                (o, i, k) -> tucker(m -> up.get(o * R + m), core, down, i, k));
    }

    @Test
    void hadamard() {
        Tensor[] w = {random(8, O, R), random(9, R, I * K), random(10, O, R), random(11, R, I * K)};
        check(
                new Hadamard(new LowRank(w[0], w[1], null), new LowRank(w[2], w[3], null)),
                Shape.of(O, I * K),
                1,
                (o, i, k) -> product(w[0], w[1], o, i) * product(w[2], w[3], o, i));
    }

    @Test
    void hadamardAroundCoresHasItsFirstFactorOnItsSide() {
        Tensor[] columns = {random(12, R, O), random(13, R, O)};
        Tensor[] down = {random(14, R, I), random(15, R, I)};
        Tensor[] core = {random(16, R, R, 3, 2), random(17, R, R, 3, 2)};
        check(
                new Hadamard(
                        LowRank.ofColumns(columns[0], down[0], core[0]),
                        LowRank.ofColumns(columns[1], down[1], core[1])),
                Shape.of(O, I, 3, 2),
                K,
                (o, i, k) -> tucker(m -> columns[0].get(m * O + o), core[0], down[0], i, k)
                        * tucker(m -> columns[1].get(m * O + o), core[1], down[1], i, k));
    }

    @Test
    void kroneckerOfFullMatrices() {
        Tensor small = random(18, 2, 3);
        Tensor large = random(19, O, I, 3, 2);
        check(
                new Kronecker(new Full(small), new Full(large)),
                Shape.of(2 * O, 3 * I, 3, 2),
                K,
                (o, i, k) -> (double) small.get(o / O * 3 + i / I) * large.get((o % O * I + i % I) * K + k));
    }

    @Test
    void kroneckerOfLowRank() {
        Tensor[] small = {random(20, 2, R), random(21, R, 3)};
        Tensor[] large = {random(22, O, R), random(23, R, I)};
        check(
                new Kronecker(new LowRank(small[0], small[1], null), new LowRank(large[0], large[1], null)),
                Shape.of(2 * O, 3 * I),
                1,
                (o, i, k) -> product(small[0], small[1], o / O, i / I) * product(large[0], large[1], o % O, i % I));
    }

    @Test
    void shapesThatFit() {
        Delta linear = new LowRank(random(1, O, R), random(2, R, I), null);
        assertTrue(linear.fits(Shape.of(O, I)));
        assertTrue(linear.fits(Shape.of(O, I, 1, 1)));
        assertFalse(linear.fits(Shape.of(I, O)));
        assertFalse(linear.fits(Shape.of(O, I, 3, 3)));
        Delta pointwise = new LowRank(random(1, O, R, 1, 1), random(2, R, I, 1, 1), null);
        assertTrue(pointwise.fits(Shape.of(O, I)));
        Delta flat = new LowRank(random(1, O, R), random(2, R, I * K), null);
        assertTrue(flat.fits(Shape.of(O, I, 3, 2)));
        Delta kernel = new LowRank(random(1, O, R, 1, 1), random(2, R, I, 3, 2), null);
        assertFalse(kernel.fits(Shape.of(O, I, 2, 3)));
    }

    @Test
    void factorsThatDoNotMeet() {
        assertThrows(IllegalArgumentException.class, () -> new LowRank(random(1, O, R), random(2, R + 1, I), null));
        assertThrows(IllegalArgumentException.class, () -> new LowRank(random(1, O), random(2, R, I), null));
        assertThrows(
                IllegalArgumentException.class, () -> new LowRank(random(1, O, R, 3, 3), random(2, R, I, 1, 1), null));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LowRank(random(1, O, R), random(2, R, I), random(3, R, R + 1, 3, 3)));
        LowRank one = new LowRank(random(1, O, R), random(2, R, I), null);
        LowRank other = new LowRank(random(1, O, R), random(2, R, I + 1), null);
        assertThrows(IllegalArgumentException.class, () -> new Hadamard(one, other));
        assertThrows(IllegalArgumentException.class, () -> new Kronecker(new Full(random(1, 3)), one));
        assertThrows(IllegalArgumentException.class, () -> new Full(random(1)));
    }
}
