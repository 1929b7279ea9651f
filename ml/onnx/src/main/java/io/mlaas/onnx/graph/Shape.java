package io.mlaas.onnx.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Sizes of a tensor's axes, outermost first. */
public record Shape(List<Dim> dims) {
    public static final Shape SCALAR = new Shape(List.of());

    public Shape {
        dims = List.copyOf(dims);
    }

    public static Shape of(long... sizes) {
        return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
    }

    public int rank() {
        return dims.size();
    }

    /** @param axis may count from the end with negative numbers */
    public Dim size(int axis) {
        return dims.get(axis(axis));
    }

    /**
     * The axis counted from the front.
     *
     * @throws IllegalArgumentException when there is no such axis
     */
    public int axis(long axis) {
        long fromFront = axis < 0 ? axis + rank() : axis;
        if (fromFront < 0 || fromFront >= rank()) {
            throw new IllegalArgumentException("axis: " + axis + " (expected: one of a tensor of shape " + this + ")");
        }
        return (int) fromFront;
    }

    public Dim elements() {
        return dims.stream().reduce(Dim.of(1), Dim::times);
    }

    public boolean isConstant() {
        return dims.stream().allMatch(Dim::isConstant);
    }

    public long[] sizes() {
        return dims.stream().mapToLong(Dim::value).toArray();
    }

    public Shape with(int axis, Dim size) {
        List<Dim> changed = new ArrayList<>(dims);
        changed.set(axis(axis), size);
        return new Shape(changed);
    }

    public Shape without(int axis) {
        List<Dim> fewer = new ArrayList<>(dims);
        fewer.remove(axis(axis));
        return new Shape(fewer);
    }

    /** A new axis before the given one; {@code rank()} appends. */
    public Shape inserted(int axis, Dim size) {
        List<Dim> more = new ArrayList<>(dims);
        more.add(axis, size);
        return new Shape(more);
    }

    public Shape permuted(int... order) {
        return new Shape(Arrays.stream(order).mapToObj(dims::get).toList());
    }

    /** The common shape after broadcasting, empty when the two do not fit. */
    public Optional<Shape> broadcast(Shape other) {
        int rank = Math.max(rank(), other.rank());
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Dim a = fromEnd(rank - i);
            Dim b = other.fromEnd(rank - i);
            if (a.is(1) || a.equals(b)) {
                result.add(b);
            } else if (b.is(1)) {
                result.add(a);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Shape(result));
    }

    private Dim fromEnd(int distance) {
        return distance > rank() ? Dim.of(1) : dims.get(rank() - distance);
    }

    /** The only axis whose size is not a constant, if it is only one. */
    OptionalInt onlySymbolicAxis() {
        int[] axes = IntStream.range(0, rank())
                .filter(i -> !dims.get(i).isConstant())
                .toArray();
        return axes.length == 1 ? OptionalInt.of(axes[0]) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return dims.toString();
    }
}
