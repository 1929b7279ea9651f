package io.mlaas.federated.training;

import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.filter.UpdateFilter;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a client does to its update before anybody else sees it: filters one after another, each with noise of its own. */
public record UpdateFilters(List<UpdateFilter> filters) {
    public static final UpdateFilters NONE = new UpdateFilters(List.of());

    public UpdateFilters {
        filters = List.copyOf(filters);
    }

    /**
     * @param steps of optimisation that the update comes from
     * @param secret of the client, at least 16 bytes
     */
    public ModelUpdate apply(ModelUpdate update, ParameterLayout layout, long steps, byte[] secret, int round) {
        if (filters.isEmpty()) {
            return update;
        }
        SortedMap<String, float[]> byName = byName(update.delta(), layout);
        for (int i = 0; i < filters.size(); i++) {
            KeyedNoise noise = KeyedNoise.of(secret, "filter " + i + " of " + update.client(), round);
            byName = filters.get(i).apply(byName, steps, noise);
        }
        return new ModelUpdate(update.client(), update.samples(), flat(byName, layout));
    }

    /** What one round costs, of the filters that the accountant knows; empty when there are none of them. */
    public Optional<RdpCurve> cost() {
        return filters.stream()
                .map(filter -> filter.cost(Orders.PATE))
                .flatMap(Optional::stream)
                .reduce((a, b) -> betterOf(a, b));
    }

    /** A mechanism and what is made of its result cost what the mechanism does: the lower of both holds. */
    private static RdpCurve betterOf(RdpCurve a, RdpCurve b) {
        return RdpCurve.of(a.orders(), order -> Math.min(a.at(order), b.at(order)));
    }

    private static SortedMap<String, float[]> byName(float[] delta, ParameterLayout layout) {
        SortedMap<String, float[]> byName = new TreeMap<>();
        int from = 0;
        for (ParameterLayout.Entry entry : layout.entries()) {
            int to = from + entry.shape().elements();
            byName.put(entry.name(), Arrays.copyOfRange(delta, from, to));
            from = to;
        }
        return byName;
    }

    private static float[] flat(SortedMap<String, float[]> byName, ParameterLayout layout) {
        float[] flat = new float[layout.size()];
        int from = 0;
        for (ParameterLayout.Entry entry : layout.entries()) {
            float[] values = byName.get(entry.name());
            if (values == null || values.length != entry.shape().elements()) {
                throw new IllegalStateException("a filter changed the shape of " + entry.name());
            }
            System.arraycopy(values, 0, flat, from, values.length);
            from += values.length;
        }
        return flat;
    }
}
