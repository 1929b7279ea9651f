package io.mlaas.training.comparison;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far the tensors of two files are from one another, and where they differ first. Equal means: the same bits. */
final class TensorDistance {
    private record First(String tensor, List<Long> shape, List<Long> index, String expected, String found) {}

    private final String format;
    private @Nullable First first;
    private double absolute;
    private double relative;
    private long differing;
    private long elements;

    TensorDistance(String format) {
        this.format = format;
    }

    /** Two of the same shape and type. */
    void add(String name, TensorView registered, TensorView other) {
        elements += registered.count();
        if (registered.elements().mismatch(other.elements()) < 0) {
            return;
        }
        NumberType type = registered.type();
        for (int place = 0; place < registered.count(); place++) {
            if (type.same(registered.elements(), other.elements(), place)) {
                continue;
            }
            differing++;
            if (first == null) {
                first = new First(
                        name,
                        registered.shape(),
                        registered.index(place),
                        type.text(registered.elements(), place),
                        type.text(other.elements(), place));
            }
            measure(type.number(registered.elements(), place), type.number(other.elements(), place));
        }
    }

    /** NaN, once it is there, stays. */
    private void measure(double registered, double other) {
        double distance = Math.abs(registered - other);
        absolute = Math.max(absolute, distance);
        relative = Math.max(relative, distance == 0 ? 0 : distance / Math.abs(registered));
    }

    Optional<Difference> result() {
        return first == null
                ? Optional.empty()
                : Optional.of(new Difference(
                        format,
                        null,
                        first.tensor(),
                        first.shape(),
                        first.index(),
                        null,
                        first.expected(),
                        first.found(),
                        finite(absolute),
                        finite(relative),
                        differing,
                        elements,
                        null));
    }

    private static @Nullable Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }
}
