package io.mlaas.training.comparison;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The first difference of two files, as near to the tensors as their format allows. */
public final class Differences {
    private Differences() {}

    /**
     * @param registered what was registered
     * @param found what a run made instead
     * @return nothing if the two are equal
     */
    public static Optional<Difference> first(Path registered, Path found) throws IOException {
        Optional<TensorFile> one = TensorFile.read(registered);
        Optional<TensorFile> other = TensorFile.read(found);
        if (one.isPresent() && other.isPresent()) {
            if (!one.get().format().equals(other.get().format())) {
                return Optional.of(detail(
                        "bytes",
                        null,
                        "the registered result is a " + one.get().format() + " file, the other a "
                                + other.get().format() + " file"));
            }
            Optional<Difference> difference = tensors(one.get(), other.get());
            if (difference.isPresent()) {
                return difference;
            }
        }
        String format = one.map(TensorFile::format).orElse("bytes");
        return TensorFormat.isZip(registered) && TensorFormat.isZip(found)
                ? FileBytes.ofArchives(format, registered, found)
                : FileBytes.of(format, registered, found);
    }

    private static Optional<Difference> tensors(TensorFile registered, TensorFile found) {
        SequencedMap<String, TensorView> others = found.tensors();
        TensorDistance distance = new TensorDistance(registered.format());
        for (Map.Entry<String, TensorView> each : registered.tensors().entrySet()) {
            TensorView other = others.get(each.getKey());
            if (other == null) {
                return Optional.of(detail(registered.format(), each.getKey(), "the other result has no such tensor"));
            }
            if (!other.shape().equals(each.getValue().shape())
                    || other.type() != each.getValue().type()) {
                return Optional.of(detail(
                        registered.format(),
                        each.getKey(),
                        "%s of %s (expected: %s of %s)"
                                .formatted(
                                        other.shape(),
                                        other.type(),
                                        each.getValue().shape(),
                                        each.getValue().type())));
            }
            distance.add(each.getKey(), each.getValue(), other);
        }
        for (String name : others.keySet()) {
            if (!registered.tensors().containsKey(name)) {
                return Optional.of(detail(registered.format(), name, "the registered result has no such tensor"));
            }
        }
        return distance.result();
    }

    static Difference detail(String format, @org.jspecify.annotations.Nullable String tensor, String detail) {
        return new Difference(format, null, tensor, null, null, null, null, null, null, null, null, null, detail);
    }
}
