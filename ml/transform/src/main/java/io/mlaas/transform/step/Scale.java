package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code scale}: min-max into a range, or to mean 0 and standard deviation 1 (of the population, as scikit-learn's
 * StandardScaler). All elements of a vector share their parameters. Fixed parameters stand in the document; running ones are learnt from the rows that pass, the first
 * {@code warm_up} of which wait until the parameters are known, and stay as they are after {@code freeze_after}.
 */
final class Scale extends Step {
    private static final int LONGEST_WARM_UP = 100_000;

    enum Method {
        MIN_MAX,
        STANDARD
    }

    enum Fit {
        FIXED,
        RUNNING
    }

    enum Per {
        ALL,
        SOURCE
    }

    final Method method;
    final boolean running;
    final Per per;
    final double low;
    final double high;
    final boolean clip;
    final int warmUp;
    final int freezeAfter;
    final List<Integer> columns;

    /** Fixed factor and offset of each column, alternating. */
    final double[] fixed;

    private Scale(
            Schema input,
            Schema output,
            Method method,
            boolean running,
            Per per,
            double low,
            double high,
            boolean clip,
            int warmUp,
            int freezeAfter,
            List<Integer> columns,
            double[] fixed) {
        super(input, output);
        this.method = method;
        this.running = running;
        this.per = per;
        this.low = low;
        this.high = high;
        this.clip = clip;
        this.warmUp = warmUp;
        this.freezeAfter = freezeAfter;
        this.columns = List.copyOf(columns);
        this.fixed = fixed;
    }

    static Step read(Fields fields, Schema input) {
        Method method = fields.choice("method", Method.class);
        boolean running = fields.choice("fit", Fit.FIXED) == Fit.RUNNING;
        Columns known = new Columns(fields, input);
        double[] range = range(fields, method);
        List<Integer> columns = new ArrayList<>();
        List<Double> fixed = new ArrayList<>();
        if (running) {
            columns.addAll(known.tensors("fields", fields.texts("fields")));
            refuse(fields, Set.of("parameters"), "\"fit\": \"fixed\"");
        } else {
            parameters(fields, known, method, range, columns, fixed);
            refuse(fields, Set.of("fields", "warm_up", "freeze_after", "per"), "\"fit\": \"running\"");
        }
        int warmUp = fields.integer("warm_up", 0, 0, LONGEST_WARM_UP);
        int freezeAfter = fields.integer("freeze_after", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        if (freezeAfter < warmUp) {
            fields.bad("freeze_after", freezeAfter + " (expected: at least warm_up, " + warmUp + ")");
        }
        Schema output = input;
        for (int column : columns) {
            Column before = input.get(column);
            output = output.with(new Column(before.name(), before.kind(), "1", before.shape()));
        }
        return new Scale(
                input,
                output,
                method,
                running,
                fields.choice("per", Per.ALL),
                range[0],
                range[1],
                fields.flag("clip", false),
                warmUp,
                freezeAfter,
                columns,
                fixed.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double[] range(Fields fields, Method method) {
        double[] range = fields.numbers("range");
        if (range.length == 0) {
            return new double[] {0, 1};
        }
        if (method == Method.STANDARD || range.length != 2 || range[0] >= range[1]) {
            fields.bad("range", fields.node().get("range") + " (expected: [low, high], with \"min_max\" only)");
            return new double[] {0, 1};
        }
        return range;
    }

    private static void refuse(Fields fields, Set<String> names, String where) {
        for (String name : names.stream().sorted().toList()) {
            if (fields.has(name)) {
                fields.bad(name, "given (expected: only with " + where + ")");
            }
        }
    }

    private static void parameters(
            Fields fields, Columns known, Method method, double[] range, List<Integer> columns, List<Double> fixed) {
        Fields parameters = fields.object("parameters");
        if (parameters == null) {
            fields.bad(
                    "parameters",
                    "missing (expected: an object such as {\"power\": {\"minimum\": 0, \"maximum\": 10}})");
            return;
        }
        parameters.entries().forEach((name, one) -> {
            int column = known.tensor(one.path(), name);
            double[] factorAndOffset = method == Method.MIN_MAX ? minMax(one, range) : standard(one);
            one.finish();
            if (column >= 0) {
                columns.add(column);
                fixed.add(factorAndOffset[0]);
                fixed.add(factorAndOffset[1]);
            }
        });
    }

    private static double[] minMax(Fields one, double[] range) {
        double minimum = one.number("minimum");
        double maximum = one.number("maximum");
        if (minimum >= maximum && one.has("minimum") && one.has("maximum")) {
            one.bad("maximum", maximum + " (expected: > minimum, " + minimum + ")");
        }
        double factor = (range[1] - range[0]) / (maximum - minimum);
        return new double[] {factor, range[0] - minimum * factor};
    }

    private static double[] standard(Fields one) {
        double mean = one.number("mean");
        double deviation = one.number("standard_deviation");
        if (deviation <= 0 && one.has("standard_deviation")) {
            one.bad("standard_deviation", deviation + " (expected: > 0)");
        }
        return new double[] {1 / deviation, -mean / deviation};
    }

    @Override
    public Scope scope() {
        if (!running) {
            return Scope.NONE;
        }
        return per == Per.ALL ? Scope.ALL : Scope.SOURCE;
    }

    @Override
    public long mostRows() {
        return warmUp;
    }

    @Override
    public Processor start() {
        return new ScaleProcessor(this);
    }

    @Override
    public Inversion inversion(String column) {
        int field = columns.indexOf(input().index(column));
        return field < 0 ? super.inversion(column) : new Rescaling(field, input().get(columns.get(field)));
    }

    /** y = x·factor + offset, backwards. */
    private record Rescaling(int field, Column original) implements Inversion {
        @Override
        public int parameters() {
            return 2;
        }

        @Override
        public void parameters(Processor processor, double[] into, int at) {
            ScaleProcessor scale = (ScaleProcessor) processor;
            into[at] = scale.factor(field);
            into[at + 1] = scale.offset(field);
        }

        @Override
        public double apply(double value, double[] parameters, int at) {
            return value * parameters[at] + parameters[at + 1];
        }

        @Override
        public double invert(double value, double[] parameters, int at) {
            return (value - parameters[at + 1]) / parameters[at];
        }

        @Override
        public Column before(Column behind) {
            return original;
        }
    }
}
