package dev.reverie.tensor;

import dev.reverie.tensor.kernel.MappedPanels;
import dev.reverie.tensor.kernel.PackedPanels;
import dev.reverie.tensor.kernel.PanelSource;
import dev.reverie.tensor.kernel.Panels;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of learned numbers {@code [out, in]}, immutable, stored and packed for its kernel.
 *
 * <p>Sealed by storage. What a product gives does not depend on it: the bits are those of the matrix as float32.
 */
public abstract sealed class Weight permits Weight.F32, Weight.Packed, Weight.Mapped {
    private final Shape shape;
    private final @Nullable PanelSource panels;

    private Weight(Shape shape, @Nullable PanelSource panels) {
        this.shape = shape;
        this.panels = panels;
    }

    /** {@code [out, in]}. */
    public Shape shape() {
        return shape;
    }

    PanelSource panels() {
        if (panels == null) {
            throw new IllegalStateException("a measured weight %s has no data".formatted(shape));
        }
        return panels;
    }

    /**
     * Packs a float32 matrix {@code [out, in]}; further axes count as part of {@code in}. A measured matrix makes a
     * weight that only has a shape.
     */
    public static Weight of(Tensor matrix) {
        Shape shape = matrixOf(matrix.shape());
        boolean measured = matrix.isMeasured();
        return new F32(
                shape, measured ? null : Panels.ofRows(shape.dim(1), shape.dim(0), matrix.data(), matrix.offset()));
    }

    /** Packs a matrix as float32 row by row from where it is stored, without a copy of it as a whole. */
    public static Weight of(StoredMatrix matrix) {
        return new F32(matrixOf(matrix.shape()), Panels.of(matrix));
    }

    /** Whether {@link #packed} takes numbers of this type: F16, BF16, F8_E4M3, F8_E5M2, I8. */
    public static boolean canPack(DType type) {
        return PackedPanels.canHold(type);
    }

    /** Packs a matrix whose numbers keep their size. */
    public static Weight packed(StoredMatrix matrix) {
        if (!canPack(matrix.dtype())) {
            throw new IllegalArgumentException("numbers of %s are not kept packed".formatted(matrix.dtype()));
        }
        return new Packed(matrixOf(matrix.shape()), PackedPanels.of(matrix));
    }

    /** A matrix that stays in its file and is read at each use; the file must stay open. */
    public static Weight mapped(StoredMatrix matrix) {
        return new Mapped(matrixOf(matrix.shape()), MappedPanels.of(matrix));
    }

    private static Shape matrixOf(Shape shape) {
        int out = shape.dim(0);
        return Shape.of(out, out == 0 ? 0 : shape.elementCount() / out);
    }

    /** Float32. */
    public static final class F32 extends Weight {
        private F32(Shape shape, @Nullable Panels panels) {
            super(shape, panels);
        }
    }

    /** 8 or 16 bits, perhaps with scales; widened while a product reads them. */
    public static final class Packed extends Weight {
        private Packed(Shape shape, PackedPanels panels) {
            super(shape, panels);
        }
    }

    /** In its file, for models larger than memory. */
    public static final class Mapped extends Weight {
        private Mapped(Shape shape, MappedPanels panels) {
            super(shape, panels);
        }
    }
}
