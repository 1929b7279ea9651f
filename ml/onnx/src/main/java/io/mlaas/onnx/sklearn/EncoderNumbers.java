package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encoders, bins and imputers, value by value. Numbers are compared with categories as 32-bit floats. */
final class EncoderNumbers {
    private EncoderNumbers() {}

    static void register(Map<String, Evaluation.Transformer> transformers) {
        transformers.put("OneHotEncoder", EncoderNumbers::oneHot);
        transformers.put("OrdinalEncoder", EncoderNumbers::ordinal);
        transformers.put("KBinsDiscretizer", EncoderNumbers::bins);
        FillingNumbers.register(transformers);
        transformers.put("SimpleImputer", EncoderNumbers::imputer);
        transformers.put("MissingIndicator", EncoderNumbers::indicators);
    }

    /** Places of each row's category, -1 for none. */
    static int[] places(Categories categories, Table x, int column) {
        int[] places = new int[x.rows()];
        for (int row = 0; row < places.length; row++) {
            places[row] = -1;
            for (int i = 0; i < categories.values().size(); i++) {
                Object category = categories.values().get(i);
                boolean same = category instanceof Double number
                        ? !categories.text() && same(number, x.numbers(column)[row])
                        : category.equals(x.texts(column)[row]);
                if (same) {
                    places[row] = i;
                    break;
                }
            }
        }
        return places;
    }

    private static boolean same(double category, double value) {
        return Double.isNaN(category) ? Double.isNaN(value) : (float) category == (float) value;
    }

    private static Table oneHot(PickledObject encoder, Table x) {
        List<Categories> all = Categories.of(encoder);
        boolean toRare = "infrequent_if_exist".equals(encoder.get("handle_unknown"));
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Categories categories = all.get(i);
            int[] places = places(categories, x, i);
            for (int kept : categories.kept()) {
                double[] column = new double[x.rows()];
                for (int row = 0; row < column.length; row++) {
                    int code = places[row] >= 0 ? categories.codes()[places[row]] : toRare ? categories.rare() : -1;
                    column[row] = code == kept ? 1 : 0;
                }
                columns.add(column);
            }
        }
        return new Table(x.rows(), columns);
    }

    private static Table ordinal(PickledObject encoder, Table x) {
        List<Categories> all = Categories.of(encoder);
        double unknown =
                "use_encoded_value".equals(encoder.get("handle_unknown")) ? encoder.number("unknown_value") : -1;
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Categories categories = all.get(i);
            int[] places = places(categories, x, i);
            double[] column = new double[x.rows()];
            for (int row = 0; row < column.length; row++) {
                int place = places[row];
                boolean missing =
                        place >= 0 && categories.values().get(place) instanceof Double number && number.isNaN();
                column[row] = place < 0
                        ? unknown
                        : missing
                                ? encoder.number("encoded_missing_value", Double.NaN)
                                : categories.codes()[place];
            }
            columns.add(column);
        }
        return new Table(x.rows(), columns);
    }

    private static Table bins(PickledObject discretizer, Table x) {
        List<Matrix> edges = Matrix.list(discretizer, "bin_edges_");
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            double[] all = edges.get(i).values();
            double[] code = new double[x.rows()];
            for (int row = 0; row < code.length; row++) {
                for (int e = 1; e < all.length - 1; e++) {
                    code[row] += x.numbers(i)[row] >= all[e] ? 1 : 0;
                }
            }
            if (!discretizer.text("encode").startsWith("onehot")) {
                columns.add(code);
                continue;
            }
            for (int bin = 0; bin < all.length - 1; bin++) {
                double[] hot = new double[code.length];
                for (int row = 0; row < hot.length; row++) {
                    hot[row] = code[row] == bin ? 1 : 0;
                }
                columns.add(hot);
            }
        }
        return new Table(x.rows(), columns);
    }

    private static boolean missing(PickledObject imputer, double value) {
        double marker = imputer.number("missing_values", Double.NaN);
        return Double.isNaN(marker) ? Double.isNaN(value) : value == marker;
    }

    private static Table imputer(PickledObject imputer, Table x) {
        List<?> statistics = imputer.list("statistics_");
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < statistics.size(); i++) {
            if (statistics.get(i) instanceof String word) {
                String[] texts = x.texts(i).clone();
                for (int row = 0; row < texts.length; row++) {
                    texts[row] = texts[row].equals(imputer.get("missing_values")) ? word : texts[row];
                }
                columns.add(texts);
                continue;
            }
            double value = ((Number) Wrappers.present(statistics.get(i))).doubleValue();
            if (Double.isNaN(value)) {
                continue;
            }
            double[] column = x.numbers(i).clone();
            for (int row = 0; row < column.length; row++) {
                column[row] = missing(imputer, column[row]) ? value : column[row];
            }
            columns.add(column);
        }
        Table filled = new Table(x.rows(), columns);
        return imputer.flag("add_indicator", false) && imputer.has("indicator_")
                ? Table.concat(x.rows(), List.of(filled, indicators(imputer.object("indicator_"), x)))
                : filled;
    }

    static Table indicators(PickledObject indicator, Table x) {
        List<Object> columns = new ArrayList<>();
        for (int i : indicator.array("features_").ints()) {
            double[] column = x.numbers(i).clone();
            for (int row = 0; row < column.length; row++) {
                column[row] = missing(indicator, column[row]) ? 1 : 0;
            }
            columns.add(column);
        }
        return new Table(x.rows(), columns);
    }
}
