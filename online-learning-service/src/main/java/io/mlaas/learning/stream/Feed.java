package io.mlaas.learning.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic filter, and who hears what comes by it.
 *
 * @param address the filter as the broker knows it
 */
record Feed(String address, int qos, List<Route> routes) {

    record Route(Subscriber subscriber, Source source) {}

    boolean sameSubscription(@Nullable Feed other) {
        return other != null && other.qos == qos;
    }

    /** Of the same filter. */
    Feed together(Feed other) {
        List<Route> all = new ArrayList<>(routes);
        all.addAll(other.routes);
        return new Feed(address, Math.max(qos, other.qos), List.copyOf(all));
    }
}
