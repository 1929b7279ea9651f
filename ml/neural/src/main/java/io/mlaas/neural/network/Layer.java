package io.mlaas.neural.network;

import java.util.List;

/** What one layer does, as described; which shapes it meets is a matter of {@link Node}. */
public sealed interface Layer {

    /** The name of the layer's kind in the JSON description. */
    String type();

    /** y = x Wᵀ + b over the last dimension. */
    record Dense(int units, boolean bias) implements Layer {
        @Override
        public String type() {
            return "dense";
        }
    }

    /** Convolution over {@code rank} trailing dimensions; input [channels, …]. Padding is symmetric. */
    record Conv(int rank, int filters, Window window, List<Integer> dilation, int groups, boolean bias)
            implements Layer {
        @Override
        public String type() {
            return "conv" + rank + "d";
        }
    }

    /** Maximum over windows of {@code rank} trailing dimensions; padding counts as minus infinity. */
    record MaxPool(int rank, Window window) implements Layer {
        @Override
        public String type() {
            return "max_pool" + rank + "d";
        }
    }

    /** Mean over windows of {@code rank} trailing dimensions; padding counts as zeros, as PyTorch's default. */
    record AvgPool(int rank, Window window) implements Layer {
        @Override
        public String type() {
            return "avg_pool" + rank + "d";
        }
    }

    /** Mean over windows chosen so that the given size results. */
    record AdaptiveAvgPool(int rank, List<Integer> size) implements Layer {
        @Override
        public String type() {
            return "adaptive_avg_pool" + rank + "d";
        }
    }

    /** Batch normalisation over the channel (first) dimension, with running statistics (Ioffe and Szegedy, 2015). */
    record BatchNorm(double eps, double momentum) implements Layer {
        @Override
        public String type() {
            return "batch_norm";
        }
    }

    /** Zeroes a share {@code rate} of the elements in training and scales the rest by 1 / (1 - rate). */
    record Dropout(double rate) implements Layer {
        @Override
        public String type() {
            return "dropout";
        }
    }

    /** All dimensions of a sample as one. */
    record Flatten() implements Layer {
        @Override
        public String type() {
            return "flatten";
        }
    }

    /** The same elements, row-major, in another shape. */
    record Reshape(TensorShape shape) implements Layer {
        @Override
        public String type() {
            return "reshape";
        }
    }

    /** Swaps the two dimensions of a sample, as between [channels, time] and [time, features]. */
    record Transpose() implements Layer {
        @Override
        public String type() {
            return "transpose";
        }
    }

    /** An element-wise function, or softmax over the last dimension. */
    record Activation(Function function, double parameter) implements Layer {
        @Override
        public String type() {
            return function.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Activation functions; the parameter is the slope of leaky_relu or the alpha of elu. */
    enum Function {
        RELU,
        LEAKY_RELU,
        TANH,
        SIGMOID,
        SOFTMAX,
        LOG_SOFTMAX,
        GELU,
        ELU,
        SILU,
        SOFTPLUS
    }

    /** GRU or LSTM over [time, features]; PyTorch's gate order and equations, both biases. */
    record Recurrent(Cell cell, int units, int layers, boolean bidirectional, double dropout, boolean sequence)
            implements Layer {
        @Override
        public String type() {
            return cell.name().toLowerCase(java.util.Locale.ROOT);
        }

        public int directions() {
            return bidirectional ? 2 : 1;
        }
    }

    /** Kind of recurrent cell; {@code gates} blocks of rows in its weights. */
    enum Cell {
        GRU(3),
        LSTM(4);

        private final int gates;

        Cell(int gates) {
            this.gates = gates;
        }

        public int gates() {
            return gates;
        }
    }

    /** A vector of {@code dimension} numbers for each of {@code entries} integers. Only as the first layer. */
    record Embedding(int entries, int dimension) implements Layer {
        @Override
        public String type() {
            return "embedding";
        }
    }

    /** y = body(x) + shortcut(x); an empty shortcut is the identity (He et al., 2016). */
    record Residual(List<Named> body, List<Named> shortcut) implements Layer {
        @Override
        public String type() {
            return "residual";
        }
    }

    /** A layer and the name under which its weights are found. */
    record Named(String name, Layer layer) {}

    /** Kernel, stride and padding per dimension. */
    record Window(List<Integer> kernel, List<Integer> stride, List<Integer> padding) {}
}
