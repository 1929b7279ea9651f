package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
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
import org.jspecify.annotations.Nullable;

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
     * A tensor. In-place operators change what it holds. A view shares its elements with its base: what is written to the
     * view is written to the base too, and a view whose base was changed by another way since is not read any more.
     */
    final class TensorValue implements Value {
        private Content content;
        private @Nullable View view;
        private int writes;
        private int seen;
        private boolean permuted;

        /** @param writer puts changed elements back into the base; empty where that has no meaning */
        private record View(TensorValue base, Optional<Writer> writer) {}

        /** From the base's elements and the changed ones of the view to the changed elements of the base. */
        interface Writer {
            Tensor write(Tensor base, Tensor part);
        }

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
            if (view != null && root().writes != seen) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        "a view of a tensor that was changed in place after the view was made");
            }
            return content.tensor;
        }

        private TensorValue root() {
            return view == null ? this : view.base.root();
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

        /** Whether its elements are in another order than a copy of it would have them. */
        boolean isPermuted() {
            return permuted;
        }

        /** Marks this as a view of another tensor that cannot be written to. */
        TensorValue viewing(TensorValue base) {
            return viewing(base, Optional.empty());
        }

        /** Marks this as a view of another tensor, with the way back. */
        TensorValue viewing(TensorValue base, Writer writer) {
            return viewing(base, Optional.of(writer));
        }

        private TensorValue viewing(TensorValue base, Optional<Writer> writer) {
            view = new View(base, writer);
            seen = root().writes;
            permuted = base.permuted;
            return this;
        }

        TensorValue permuted() {
            permuted = true;
            return this;
        }

        /** The tensor of the archive that this is, or is a part of. */
        Optional<StoredTensor> storedRoot() {
            return root().content.stored;
        }

        /** Replaces its elements, and with them those of the tensors that it is a view of. */
        void write(Tensor changed) {
            if (view != null) {
                Writer writer = view.writer.orElseThrow(() -> new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "changes a tensor in place that shares its elements with another"));
                view.base.write(writer.write(view.base.tensor(), changed));
            } else {
                writes++;
            }
            content = new Content(changed, Optional.empty(), OptionalDouble.empty());
            seen = root().writes;
        }

        @Override
        public String toString() {
            return type() + " " + shape();
        }
    }
}
