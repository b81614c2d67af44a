package dev.reverie.tensor.io;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the names of a {@link Checkpoint}: {@code scope.at("attn").at("to_q").weight("weight", shape)}.
 *
 * <p>Nothing here throws because of what the files hold. A tensor that is missing, of another shape or unreadable is
 * noted and replaced by zeros of the shape asked for, and {@link Checkpoint#finish} reports all of them.
 */
public final class WeightScope {
    /** Null where there is no file: a plan, or a network of zeros. */
    private final @Nullable TensorLoader loader;

    /** What a tensor is where there is no file. */
    private final Function<Shape, Tensor> absent;

    /** Empty, or ends with a dot. */
    private final String prefix;

    private final Residency residency;

    WeightScope(TensorLoader loader, String prefix, Residency residency) {
        this(loader, Tensor::zeros, prefix, residency);
    }

    private WeightScope(
            @Nullable TensorLoader loader, Function<Shape, Tensor> absent, String prefix, Residency residency) {
        this.loader = loader;
        this.absent = absent;
        this.prefix = prefix;
        this.residency = residency;
    }

    /**
     * A scope of no file: tensors have the shapes asked for and no data, and nothing optional is there. For plans of
     * models, which then cost no memory.
     */
    public static WeightScope measuring() {
        return new WeightScope(null, Tensor::measured, "", Residency.FLOAT32);
    }

    /**
     * A scope of no file: tensors are zeros of the shapes asked for, and nothing optional is there. For small networks
     * that run to have their kernels compiled.
     */
    public static WeightScope zeros() {
        return new WeightScope(null, Tensor::zeros, "", Residency.FLOAT32);
    }

    /** The scope of the names that start with {@code name} and a dot; {@code name} may have dots itself. */
    public WeightScope at(String name) {
        return new WeightScope(loader, absent, prefix + name + ".", residency);
    }

    /** The scope of a numbered part: {@code blocks.at(3)}. */
    public WeightScope at(int index) {
        return at(Integer.toString(index));
    }

    /** Full name of a tensor in this scope. */
    public String nameOf(String name) {
        return prefix + name;
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return entry(name) != null;
    }

    /** Shape of a tensor, or null where there is none, or it has 2^31 or more elements. Does not count as reading it. */
    public @Nullable Shape shapeOf(String name) {
        TensorEntry entry = entry(name);
        return entry == null ? null : entry.tensorShape();
    }

    private @Nullable TensorEntry entry(String name) {
        return loader == null ? null : loader.entry(nameOf(name));
    }

    /** A tensor as float32, in the file's layout. */
    public Tensor tensor(String name, Shape shape) {
        return loader == null ? absent.apply(shape) : loader.tensor(nameOf(name), shape);
    }

    /** A tensor as float32, or null where there is none of that name. */
    public @Nullable Tensor tensorIfPresent(String name, Shape shape) {
        return has(name) ? tensor(name, shape) : null;
    }

    /**
     * A matrix {@code [out, in]}, packed for its kernels, or where the checkpoint's {@link Residency} has it; further
     * axes count as part of {@code in}.
     */
    public Weight weight(String name, Shape shape) {
        return loader == null ? Weight.of(absent.apply(shape)) : loader.weight(nameOf(name), shape, residency);
    }

    /**
     * A convolution's weight {@code [out, in / groups, kernel..]}, packed for its algorithm; where the {@link Residency}
     * is not {@link Residency#FLOAT32}, in the file's own size if the algorithm can take it so.
     */
    public Filter filter(String name, Shape shape, ConvGeometry geometry) {
        return loader == null
                ? Filter.of(absent.apply(shape), geometry)
                : loader.filter(nameOf(name), shape, geometry, residency);
    }

    /** Integers of type I64 or I32, as they are: ids do not fit float32. */
    public long[] longs(String name, Shape shape) {
        return loader == null ? new long[shape.elementCount()] : loader.longs(nameOf(name), shape);
    }

    /**
     * A tensor that the file may hold as direction and length of its rows (weight normalisation, arXiv 1602.07868):
     * {@code g v / |v|}, the norm taken over all axes but the first.
     *
     * <p>Names are {@code <name>_g} and {@code <name>_v}, or {@code parametrizations.<name>.original0} and {@code
     * original1} as torch has them since 2.0. A row whose norm is zero stays zero. A file that holds {@code <name>}
     * itself is taken at its word.
     */
    public Tensor weightNormed(String name, Shape shape) {
        NormedNames names = normedNames(name);
        return names == null
                ? tensor(name, shape)
                : Objects.requireNonNull(loader)
                        .normed(lengths(names.length(), shape), nameOf(names.direction()), shape);
    }

    /** The same as a convolution's weight, packed for its algorithm, without a copy of it as a whole if that can be. */
    public Filter weightNormedFilter(String name, Shape shape, ConvGeometry geometry) {
        NormedNames names = normedNames(name);
        return names == null
                ? filter(name, shape, geometry)
                : Objects.requireNonNull(loader)
                        .normedFilter(lengths(names.length(), shape), nameOf(names.direction()), shape, geometry);
    }

    private record NormedNames(String length, String direction) {}

    /** Null where the file holds the tensor itself. */
    private @Nullable NormedNames normedNames(String name) {
        String modern = "parametrizations." + name + ".original";
        if (has(modern + "1")) {
            return new NormedNames(modern + "0", modern + "1");
        }
        return has(name + "_v") ? new NormedNames(name + "_g", name + "_v") : null;
    }

    /** One a row, as files have them: {@code [rows, 1..]}. */
    private Tensor lengths(String name, Shape shape) {
        Shape onePerRow = shape;
        for (int axis = 1; axis < shape.rank(); axis++) {
            onePerRow = onePerRow.with(axis, 1);
        }
        return tensor(name, onePerRow);
    }
}
