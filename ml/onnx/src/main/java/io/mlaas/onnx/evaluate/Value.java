package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.torchscript.ScriptObject;
import io.mlaas.onnx.torchscript.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What an expression of TorchScript evaluates to: everything but tensors is known while translating. */
sealed interface Value {
    Value NONE = new None();

    record None() implements Value {}

    /** An integer, which may be a size that depends on the batch. */
    record Int(Dim dim) implements Value {
        static Int of(long value) {
            return new Int(Dim.of(value));
        }
    }

    record Real(double value) implements Value {}

    record Bool(boolean value) implements Value {}

    record Text(String value) implements Value {}

    /** Lists are shared and changed in place, as in Python. */
    record Items(ArrayList<Value> items) implements Value {
        static Items of(List<? extends Value> items) {
            return new Items(new ArrayList<>(items));
        }
    }

    record Tuple(List<Value> items) implements Value {}

    record Dictionary(Map<Value, Value> entries) implements Value {}

    /** @param path where it is in the module tree, such as {@code encoder.0} */
    record Instance(ScriptObject object, String path) implements Value {}

    /** A tensor operator, function or class by its full name, before it is called. */
    record Named(String name) implements Value {}

    record Method(Instance receiver, String name) implements Value {}

    /**
     * A tensor. In-place operators change what it holds; since a view shares its elements with its base, both are marked
     * and in-place operators on them are refused.
     */
    final class TensorValue implements Value {
        private Content content;
        private boolean shared;

        /**
         * @param tensor the value in the graph
         * @param stored the elements, for a tensor of the archive
         * @param fill the one number that all elements have, where that is known
         */
        record Content(Tensor tensor, Optional<StoredTensor> stored, OptionalDouble fill) {}

        TensorValue(Tensor tensor) {
            this(new Content(tensor, Optional.empty(), OptionalDouble.empty()));
        }

        TensorValue(Content content) {
            this.content = content;
        }

        Tensor tensor() {
            return content.tensor;
        }

        ElementType type() {
            return content.tensor.type();
        }

        Shape shape() {
            return content.tensor.shape();
        }

        int rank() {
            return shape().rank();
        }

        Optional<StoredTensor> stored() {
            return content.stored;
        }

        OptionalDouble fill() {
            return content.fill;
        }

        boolean isShared() {
            return shared;
        }

        /** Marks this as a view of another tensor. */
        TensorValue viewing(TensorValue base) {
            base.shared = true;
            shared = true;
            return this;
        }

        void become(TensorValue other) {
            content = other.content;
        }

        @Override
        public String toString() {
            return type() + " " + shape();
        }
    }
}
