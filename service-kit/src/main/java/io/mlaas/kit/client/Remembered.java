package io.mlaas.kit.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What another system said since it was last seen to change: of the chain, since its newest block came. Only what never
 * changes is kept, and with the next change, of whatever kind, everything is forgotten.
 *
 * @param <V> what it says of a key
 */
public final class Remembered<V> {
    private static final int MOST = 10_000;

    private final Supplier<Optional<String>> state;
    private final Predicate<V> neverChanges;
    private volatile Since<V> since = new Since<>("", Map.of());

    /** @param state a name of the state it is in, or empty while nothing may be remembered */
    public Remembered(Supplier<Optional<String>> state, Predicate<V> neverChanges) {
        this.state = state;
        this.neverChanges = neverChanges;
    }

    private record Since<V>(String state, Map<String, V> said) {}

    /** @param source asked for what is not remembered */
    public Optional<V> get(String key, Function<String, Optional<V>> source) {
        Optional<String> current = state.get();
        if (current.isEmpty()) {
            return source.apply(key);
        }
        Since<V> now = since;
        if (!now.state().equals(current.get())) {
            now = new Since<>(current.get(), new ConcurrentHashMap<>());
            since = now;
        }
        V known = now.said().get(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<V> asked = source.apply(key);
        if (asked.isPresent() && now.said().size() < MOST && neverChanges.test(asked.get())) {
            now.said().put(key, asked.get());
        }
        return asked;
    }
}
