package io.mlaas.trainer;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.TensorShape;
import java.util.List;

/**
 * The network that is trained where no description was uploaded: for images the CNN of the platform's use case (two
 * convolutions and three dense layers, sized by the image), for vectors a perceptron with two hidden layers.
 */
final class DefaultNetwork {
    private static final int BATCH = 64;
    private static final int STEPS = 1500;
    private static final int FEWEST_EPOCHS = 5;
    private static final int MOST_EPOCHS = 200;

    private DefaultNetwork() {}

    /** The shape as which the samples are taken: square vectors are images of one channel. */
    static TensorShape shape(TensorShape data) {
        if (data.rank() == 1) {
            int side = (int) Math.round(Math.sqrt(data.size(0)));
            return side >= 8 && side * side == data.size(0) ? TensorShape.of(1, side, side) : data;
        }
        if (data.rank() == 2) {
            return data.size(0) >= 8 && data.size(1) >= 8 ? TensorShape.of(1, data.size(0), data.size(1)) : data;
        }
        return data;
    }

    static String description(TensorShape shape, Samples.Targets targets) {
        int samples =
                switch (targets) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) -> labels.length;
                    case Samples.Targets.Values(float[][] values) -> values.length;
                };
        int outputs =
                switch (targets) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) -> names.size();
                    case Samples.Targets.Values(float[][] values) -> values[0].length;
                };
        boolean classes = targets instanceof Samples.Targets.Classes;
        boolean image = shape.rank() == 3 && shape.size(1) >= 8 && shape.size(2) >= 8;
        String last = "{\"type\": \"dense\", \"name\": \"output\", \"units\": " + outputs + "}"
                + (classes ? ", {\"type\": \"softmax\"}" : "");
        return """
                {"name": "default-%s", "input": {"shape": %s}, "layers": [%s, %s],
                 "training": {"optimizer": "adam", "schedule": "cosine", "batch": %d, "epochs": %d,
                              "split": {"test": 0.2, "stratified": %s}}}
                """.formatted(
                        image ? "cnn" : "mlp",
                        shape,
                        image ? convolutional(shape) : dense(shape),
                        last,
                        BATCH,
                        epochs(samples),
                        classes);
    }

    /** Small datasets are seen more often: about as many steps for all, but for the largest. */
    private static int epochs(int samples) {
        return Math.clamp(Math.ceilDiv(STEPS * BATCH, Math.max(1, samples)), FEWEST_EPOCHS, MOST_EPOCHS);
    }

    /** For 28×28: dense layers of 1024 and 512 units on 800 features, as in the use case. */
    private static String convolutional(TensorShape shape) {
        int height = ((shape.size(1) - 2) / 2 - 2) / 2;
        int width = ((shape.size(2) - 2) / 2 - 2) / 2;
        int features = 32 * Math.max(1, height) * Math.max(1, width);
        int padding = height < 2 || width < 2 ? 1 : 0;
        int units = Math.clamp(Integer.highestOneBit(Math.max(1, features * 2 - 1)), 64, 1024);
        return """
                {"type": "conv2d", "name": "conv1", "filters": 16, "kernel": 3, "padding": %d}, {"type": "relu"},
                {"type": "max_pool2d", "kernel": 2},
                {"type": "conv2d", "name": "conv2", "filters": 32, "kernel": 3, "padding": %d}, {"type": "relu"},
                {"type": "max_pool2d", "kernel": 2}, {"type": "flatten"},
                {"type": "dense", "name": "dense1", "units": %d}, {"type": "relu"},
                {"type": "dense", "name": "dense2", "units": %d}, {"type": "relu"}""".formatted(padding, padding, units, units / 2);
    }

    private static String dense(TensorShape shape) {
        int units = Math.clamp(Integer.highestOneBit(Math.max(1, shape.elements() * 4)), 32, 256);
        return (shape.rank() > 1 ? "{\"type\": \"flatten\"}, " : "") + """
                {"type": "dense", "name": "dense1", "units": %d}, {"type": "relu"},
                {"type": "dense", "name": "dense2", "units": %d}, {"type": "relu"}""".formatted(units, units / 2);
    }
}
