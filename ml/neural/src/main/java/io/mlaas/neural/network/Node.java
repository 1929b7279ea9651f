package io.mlaas.neural.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A layer in its place: the shapes (without batch) that it gets and gives, and for a residual block its branches.
 *
 * @param path names from the root module down, such as {@code block1.conv1}
 */
public record Node(
        String place,
        String path,
        Layer layer,
        TensorShape input,
        TensorShape output,
        List<Node> body,
        List<Node> shortcut) {

    /** The last name of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The layer's own tensors (not those of its branches), names local to the layer, in PyTorch's order. */
    public List<ParameterSpec> ownParameters() {
        List<ParameterSpec> own = new ArrayList<>();
        switch (layer) {
            case Layer.Dense dense -> {
                int features = input.size(input.rank() - 1);
                affine(own, TensorShape.of(dense.units(), features), features, dense.bias());
            }
            case Layer.Conv conv -> {
                List<Integer> sizes = new ArrayList<>(List.of(conv.filters(), input.size(0) / conv.groups()));
                sizes.addAll(conv.window().kernel());
                TensorShape weight = new TensorShape(sizes);
                affine(own, weight, weight.elements() / conv.filters(), conv.bias());
            }
            case Layer.BatchNorm norm -> {
                TensorShape channels = TensorShape.of(input.size(0));
                own.add(new ParameterSpec("weight", channels, false, new ParameterSpec.Initial.Constant(1)));
                own.add(new ParameterSpec("bias", channels, false, new ParameterSpec.Initial.Constant(0)));
                own.add(new ParameterSpec("running_mean", channels, true, new ParameterSpec.Initial.Constant(0)));
                own.add(new ParameterSpec("running_var", channels, true, new ParameterSpec.Initial.Constant(1)));
            }
            case Layer.Recurrent recurrent -> recurrent(own, recurrent);
            case Layer.Embedding embedding ->
                own.add(new ParameterSpec(
                        "weight",
                        TensorShape.of(embedding.entries(), embedding.dimension()),
                        false,
                        new ParameterSpec.Initial.StandardNormal()));
            case Layer.MaxPool p -> {}
            case Layer.AvgPool p -> {}
            case Layer.AdaptiveAvgPool p -> {}
            case Layer.Dropout d -> {}
            case Layer.Flatten f -> {}
            case Layer.Reshape r -> {}
            case Layer.Transpose t -> {}
            case Layer.Activation a -> {}
            case Layer.Residual r -> {}
        }
        return own;
    }

    private static void affine(List<ParameterSpec> own, TensorShape weight, int fanIn, boolean bias) {
        ParameterSpec.Initial initial = new ParameterSpec.Initial.Uniform(1 / Math.sqrt(fanIn));
        own.add(new ParameterSpec("weight", weight, false, initial));
        if (bias) {
            own.add(new ParameterSpec("bias", TensorShape.of(weight.size(0)), false, initial));
        }
    }

    private void recurrent(List<ParameterSpec> own, Layer.Recurrent recurrent) {
        ParameterSpec.Initial initial = new ParameterSpec.Initial.Uniform(1 / Math.sqrt(recurrent.units()));
        int rows = recurrent.cell().gates() * recurrent.units();
        for (int layer = 0; layer < recurrent.layers(); layer++) {
            int features = layer == 0 ? input.size(1) : recurrent.units() * recurrent.directions();
            for (int direction = 0; direction < recurrent.directions(); direction++) {
                String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
                own.add(new ParameterSpec("weight_ih" + suffix, TensorShape.of(rows, features), false, initial));
                own.add(new ParameterSpec(
                        "weight_hh" + suffix, TensorShape.of(rows, recurrent.units()), false, initial));
                own.add(new ParameterSpec("bias_ih" + suffix, TensorShape.of(rows), false, initial));
                own.add(new ParameterSpec("bias_hh" + suffix, TensorShape.of(rows), false, initial));
            }
        }
    }
}
