package io.mlaas.neural.network;

import java.util.ArrayList;
import java.util.List;

/** Lets shapes flow through layers and refuses the first that does not fit, naming it and both shapes. */
final class ShapeInference {
    private ShapeInference() {}

    static List<Node> resolve(
            List<Layer.Named> layers, TensorShape input, ElementType inputType, String where, String prefix) {
        List<Node> nodes = new ArrayList<>();
        TensorShape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            Layer.Named named = layers.get(i);
            Layer layer = named.layer();
            String place = where + i + " (" + named.name() + ", " + layer.type() + ")";
            boolean first = i == 0 && prefix.isEmpty();
            if (inputType == ElementType.INT64 && first && !(layer instanceof Layer.Embedding)) {
                throw new InvalidDescriptionException(place
                        + ": input type int64 (expected: an embedding as the first layer, or input type float32)");
            }
            if (layer instanceof Layer.Embedding && !(first && inputType == ElementType.INT64)) {
                throw new InvalidDescriptionException(
                        place
                                + ": an embedding here (expected: only as the first layer, with \"input\": {\"type\": \"int64\"})");
            }
            Node node = resolve(layer, place, prefix + named.name(), shape, inputType);
            nodes.add(node);
            shape = node.output();
        }
        return nodes;
    }

    private static Node resolve(Layer layer, String place, String path, TensorShape in, ElementType inputType) {
        if (layer instanceof Layer.Residual residual) {
            List<Node> body = resolve(residual.body(), in, inputType, place + ", layer ", path + ".");
            List<Node> shortcut = resolve(residual.shortcut(), in, inputType, place + ", shortcut ", path + ".");
            TensorShape out = last(body, in);
            TensorShape around = last(shortcut, in);
            if (!out.equals(around)) {
                throw new InvalidDescriptionException(place + ": the layers give shape " + out
                        + " (expected: " + around + " as given by the "
                        + (shortcut.isEmpty() ? "block's input; adapt it with \"shortcut\" layers" : "shortcut") + ")");
            }
            return new Node(place, path, layer, in, out, body, shortcut);
        }
        return new Node(place, path, layer, in, output(layer, place, in), List.of(), List.of());
    }

    static TensorShape last(List<Node> nodes, TensorShape input) {
        return nodes.isEmpty() ? input : nodes.getLast().output();
    }

    private static TensorShape output(Layer layer, String place, TensorShape in) {
        return switch (layer) {
            case Layer.Dense dense -> {
                if (in.rank() < 1 || in.rank() > 2) {
                    throw mismatch(place, in, "[features], or [time, features]; put a flatten layer before it");
                }
                yield in.rank() == 1 ? TensorShape.of(dense.units()) : TensorShape.of(in.size(0), dense.units());
            }
            case Layer.Conv conv -> {
                requireRank(place, in, conv.rank());
                if (in.size(0) % conv.groups() != 0) {
                    throw mismatch(place, in, "channels divisible by groups = " + conv.groups());
                }
                yield windowed(place, in, conv.filters(), conv.window(), conv.dilation());
            }
            case Layer.MaxPool pool -> {
                requireRank(place, in, pool.rank());
                yield windowed(place, in, in.size(0), pool.window(), List.of(1, 1));
            }
            case Layer.AvgPool pool -> {
                requireRank(place, in, pool.rank());
                yield windowed(place, in, in.size(0), pool.window(), List.of(1, 1));
            }
            case Layer.AdaptiveAvgPool pool -> {
                requireRank(place, in, pool.rank());
                List<Integer> sizes = new ArrayList<>(List.of(in.size(0)));
                sizes.addAll(pool.size());
                yield new TensorShape(sizes);
            }
            case Layer.BatchNorm norm -> {
                if (in.rank() < 1 || in.rank() > 3) {
                    throw mismatch(place, in, "[features], [channels, length] or [channels, height, width]");
                }
                yield in;
            }
            case Layer.Flatten flatten -> {
                if (in.rank() < 1) {
                    throw mismatch(place, in, "at least one dimension");
                }
                yield TensorShape.of(in.elements());
            }
            case Layer.Reshape reshape -> {
                if (reshape.shape().elements() != in.elements()) {
                    throw mismatch(
                            place,
                            in,
                            reshape.shape().elements() + " elements for " + reshape.shape() + ", got " + in.elements());
                }
                yield reshape.shape();
            }
            case Layer.Transpose transpose -> {
                if (in.rank() != 2) {
                    throw mismatch(place, in, "two dimensions");
                }
                yield TensorShape.of(in.size(1), in.size(0));
            }
            case Layer.Recurrent recurrent -> {
                if (in.rank() != 2) {
                    throw mismatch(place, in, "[time, features]");
                }
                int features = recurrent.units() * recurrent.directions();
                yield recurrent.sequence() ? TensorShape.of(in.size(0), features) : TensorShape.of(features);
            }
            case Layer.Embedding embedding -> {
                if (in.rank() != 1) {
                    throw mismatch(place, in, "[time] of integers below " + embedding.entries());
                }
                yield TensorShape.of(in.size(0), embedding.dimension());
            }
            case Layer.Dropout dropout -> in;
            case Layer.Activation activation -> in;
            case Layer.Residual residual -> throw new IllegalStateException("resolved by its branches");
        };
    }

    private static void requireRank(String place, TensorShape in, int rank) {
        if (in.rank() != rank + 1) {
            throw mismatch(place, in, rank == 1 ? "[channels, length]" : "[channels, height, width]");
        }
    }

    private static TensorShape windowed(
            String place, TensorShape in, int channels, Layer.Window window, List<Integer> dilation) {
        List<Integer> sizes = new ArrayList<>(List.of(channels));
        for (int i = 0; i < window.kernel().size(); i++) {
            int reach = dilation.get(i) * (window.kernel().get(i) - 1) + 1;
            int padded = in.size(i + 1) + 2 * window.padding().get(i);
            if (padded < reach) {
                throw mismatch(
                        place,
                        in,
                        "at least " + (reach - 2 * window.padding().get(i)) + " in dimension " + (i + 1)
                                + ", for kernel " + window.kernel() + " with padding " + window.padding()
                                + (dilation.get(i) > 1 ? " and dilation " + dilation : ""));
            }
            sizes.add((padded - reach) / window.stride().get(i) + 1);
        }
        return new TensorShape(sizes);
    }

    private static InvalidDescriptionException mismatch(String place, TensorShape got, String expected) {
        return new InvalidDescriptionException(place + ": input shape " + got + " (expected: " + expected + ")");
    }
}
