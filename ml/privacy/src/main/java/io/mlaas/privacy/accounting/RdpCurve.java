package io.mlaas.privacy.accounting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The Rényi differential privacy of a mechanism: at each order α a bound of the Rényi divergence D_α between its outputs
 * on neighbouring data sets (Mironov 2017). Curves of mechanisms that run one after the other add up.
 *
 * @param orders ascending, each above 1
 * @param costs one for each order, 0 or more, infinite where no bound is known
 */
public record RdpCurve(List<Double> orders, List<Double> costs) {
    public RdpCurve {
        orders = List.copyOf(orders);
        costs = List.copyOf(costs);
        if (orders.isEmpty() || orders.size() != costs.size()) {
            throw new IllegalArgumentException("RDP curve: " + orders.size() + " orders, " + costs.size()
                    + " costs (expected: the same number, at least 1)");
        }
        for (int i = 0; i < orders.size(); i++) {
            double previous = i == 0 ? 1 : orders.get(i - 1);
            if (!(orders.get(i) > previous)) {
                throw new IllegalArgumentException(
                        "orders[" + i + "]: " + orders.get(i) + " (expected: above " + previous + ")");
            }
            if (!(costs.get(i) >= 0)) {
                throw new IllegalArgumentException("costs[" + i + "]: " + costs.get(i) + " (expected: 0 or more)");
            }
        }
    }

    public static RdpCurve of(List<Double> orders, DoubleUnaryOperator cost) {
        return new RdpCurve(
                orders, orders.stream().map(order -> cost.applyAsDouble(order)).toList());
    }

    public static RdpCurve free(List<Double> orders) {
        return of(orders, order -> 0);
    }

    /** What both cost together, at the orders that both have. */
    public RdpCurve plus(RdpCurve other) {
        Map<Double, Double> others = new HashMap<>();
        for (int i = 0; i < other.orders.size(); i++) {
            others.put(other.orders.get(i), other.costs.get(i));
        }
        List<Double> common = new ArrayList<>();
        List<Double> sums = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            Double cost = others.get(orders.get(i));
            if (cost != null) {
                common.add(orders.get(i));
                sums.add(costs.get(i) + cost);
            }
        }
        if (common.isEmpty()) {
            throw new IllegalArgumentException("RDP curves at " + orders + " and " + other.orders
                    + " (expected: at least one order that both have)");
        }
        return new RdpCurve(common, sums);
    }

    /** What the mechanism costs when it runs so many times. */
    public RdpCurve times(long runs) {
        if (runs < 0) {
            throw new IllegalArgumentException("runs: " + runs + " (expected: 0 or more)");
        }
        return new RdpCurve(
                orders, costs.stream().map(cost -> runs == 0 ? 0 : runs * cost).toList());
    }

    /** The cost at an order that the curve has. */
    public double at(double order) {
        int index = orders.indexOf(order);
        if (index < 0) {
            throw new IllegalArgumentException("order: " + order + " (expected: one of " + orders + ")");
        }
        return costs.get(index);
    }

    /** The smallest ε over all orders at this δ; 0 of what costs nothing at all. */
    public Guarantee guarantee(double delta, Conversion conversion) {
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: between 0 and 1)");
        }
        if (costs.stream().allMatch(cost -> cost == 0)) {
            return new Guarantee(0, delta, orders.getLast());
        }
        double best = Double.POSITIVE_INFINITY;
        double order = Double.NaN;
        for (int i = 0; i < orders.size(); i++) {
            double epsilon = conversion.epsilon(orders.get(i), costs.get(i), delta);
            if (epsilon < best) {
                best = epsilon;
                order = orders.get(i);
            }
        }
        return new Guarantee(Math.max(0, best), delta, order);
    }

    /** The smallest ε over all orders at this δ, by the tight conversion. */
    public Guarantee guarantee(double delta) {
        return guarantee(delta, Conversion.TIGHT);
    }
}
