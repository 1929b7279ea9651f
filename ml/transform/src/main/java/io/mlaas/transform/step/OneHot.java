package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Schema;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code one_hot}: a text of a known set as a vector with a single 1, or as its index. Predictions become texts again. */
final class OneHot extends Step {
    private static final int MOST = 100_000;

    private enum Unknown {
        ZEROS,
        REJECT
    }

    private enum As {
        VECTOR,
        INDEX
    }

    private final int column;
    private final List<String> categories;
    private final Unknown unknown;
    private final As as;

    private OneHot(Schema input, Schema output, int column, List<String> categories, Unknown unknown, As as) {
        super(input, output);
        this.column = column;
        this.categories = List.copyOf(categories);
        this.unknown = unknown;
        this.as = as;
    }

    static Step read(Fields fields, Schema input) {
        int column = new Columns(fields, input).one("field", Kind.TEXT);
        List<String> categories = fields.texts("categories");
        if (categories.size() > MOST || new HashSet<>(categories).size() < categories.size()) {
            fields.bad("categories", categories.size() + " texts (expected: each once, at most " + MOST + ")");
        }
        As as = fields.choice("as", As.VECTOR);
        Unknown unknown = fields.choice("unknown", Unknown.REJECT);
        if (as == As.INDEX && unknown == Unknown.ZEROS) {
            fields.bad("unknown", "\"zeros\" (expected: \"reject\", since an index has no zeros)");
        }
        String name = fields.text("field", "");
        Schema output = input.with(
                as == As.VECTOR ? Column.vector(name, Math.max(1, categories.size())) : Column.number(name, "1"));
        return new OneHot(input, output, column, categories, unknown, as);
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            @Nullable Object[] values = row.values(row.size());
            String text = row.text(column);
            values[column] = text == null ? null : encoded(text);
            next.pass(row.with(values));
        };
    }

    private Object encoded(String text) throws RowRejectedException {
        int index = categories.indexOf(text);
        if (index < 0 && unknown == Unknown.REJECT) {
            throw new RowRejectedException(input().get(column).name() + ": \"" + shortened(text)
                    + "\" (expected: one of " + shortened(String.join(", ", categories)) + ")");
        }
        if (as == As.INDEX) {
            return (double) index;
        }
        double[] vector = new double[categories.size()];
        if (index >= 0) {
            vector[index] = 1;
        }
        return vector;
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 197) + "...";
    }

    @Override
    public Inversion inversion(String name) {
        return input().index(name) == column ? new ToText() : super.inversion(name);
    }

    /** The category with the highest score, or the one of the nearest index. */
    private final class ToText implements Inversion {
        @Override
        public Column before(Column behind) {
            return Column.text(behind.name());
        }

        @Override
        public String label(double[] values) {
            int best = 0;
            for (int i = 1; i < values.length; i++) {
                best = values[i] > values[best] ? i : best;
            }
            return categories.get(
                    as == As.VECTOR ? best : (int) Math.clamp(Math.round(values[0]), 0, categories.size() - 1));
        }
    }
}
