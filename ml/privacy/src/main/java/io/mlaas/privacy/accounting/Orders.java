package io.mlaas.privacy.accounting;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Orders α of Rényi divergence at which costs are kept. More of them cost time and give a smaller ε. */
public final class Orders {
    /** Opacus' default: 1.1, 1.2, …, 10.9, 12, 13, …, 63. */
    public static final List<Double> OPACUS = of(12, 63);

    /** That of PATE's analysis: 1.1, 1.2, …, 10.9, 11, 12, …, 256. It holds all of Opacus', so curves of both can be added. */
    public static final List<Double> PATE = of(11, 256);

    private Orders() {}

    private static List<Double> of(int first, int last) {
        return Stream.concat(
                        IntStream.range(1, 100).mapToObj(i -> 1 + i / 10.0),
                        IntStream.rangeClosed(first, last).mapToObj(i -> (double) i))
                .collect(Collectors.toUnmodifiableList());
    }
}
