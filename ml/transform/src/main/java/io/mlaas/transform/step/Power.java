package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.row.Unit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code power}: P = Σ U·I·cos φ over the phases, in W. Without a power factor the result is what it is, apparent power
 * in VA. Voltages between the lines count 1/√3 each.
 */
final class Power extends Step {
    private final double[] factors;
    private final List<Integer> voltages;
    private final List<Integer> currents;
    private final List<Integer> powerFactors;
    private final int perPhase;

    private Power(
            Schema input,
            Schema output,
            double[] factors,
            List<Integer> voltages,
            List<Integer> currents,
            List<Integer> powerFactors,
            int perPhase) {
        super(input, output);
        this.factors = factors;
        this.voltages = voltages;
        this.currents = currents;
        this.powerFactors = powerFactors;
        this.perPhase = perPhase;
    }

    static @Nullable Step read(Fields fields, Schema input) {
        Columns columns = new Columns(fields, input);
        List<Integer> voltages = columns.numbers("voltage");
        List<Integer> currents = columns.numbers("current");
        boolean fixed = fields.node().path("power_factor").isNumber();
        double factor = fixed ? fields.number("power_factor", 1, -1, 1) : 1;
        List<Integer> powerFactors = fixed || !fields.has("power_factor") ? List.of() : columns.numbers("power_factor");
        factor *= fields.flag("line_to_line", false) ? 1 / Math.sqrt(3) : 1;
        String into = columns.fresh("into", fields.text("into", "power"));
        List<String> phases = fields.optionalTexts("phases_into");
        int count = fields.items("voltage").size();
        sameCount(fields, "current", count);
        sameCount(fields, "power_factor", count);
        sameCount(fields, "phases_into", count);
        double[] factors = new double[voltages.size()];
        for (int i = 0; i < factors.length && i < currents.size(); i++) {
            Unit volt = columns.unit(fields.path("voltage") + "[" + i + "]", voltages.get(i), "voltage");
            Unit ampere = columns.unit(fields.path("current") + "[" + i + "]", currents.get(i), "current");
            factors[i] = volt == null || ampere == null ? 0 : factor * volt.factor() * ampere.factor();
        }
        String unit = fields.has("power_factor") ? "W" : "VA";
        Schema output = input.with(Column.number(into, unit));
        for (String phase : phases) {
            output = output.with(Column.number(columns.fresh("phases_into", phase), unit));
        }
        return new Power(input, output, factors, voltages, currents, powerFactors, phases.size());
    }

    private static void sameCount(Fields fields, String name, int count) {
        if (fields.node().path(name).isArray() && fields.items(name).size() != count) {
            fields.bad(name, fields.items(name).size() + " columns (expected: " + count + ", as many as voltages)");
        }
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            @Nullable Object[] values = row.values(row.size() + 1 + perPhase);
            double sum = 0;
            for (int i = 0; i < factors.length; i++) {
                double power = phase(row, i);
                sum += power;
                if (perPhase > 0) {
                    values[row.size() + 1 + i] = Double.isNaN(power) ? null : (Object) power;
                }
            }
            values[row.size()] = Double.isNaN(sum) ? null : (Object) sum;
            next.pass(row.with(values));
        };
    }

    private double phase(Row row, int phase) {
        double power = factors[phase] * row.number(voltages.get(phase)) * row.number(currents.get(phase));
        return powerFactors.isEmpty() ? power : power * row.number(powerFactors.get(phase));
    }
}
