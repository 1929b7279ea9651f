package io.mlaas.onnx.sklearn;

import org.jspecify.annotations.Nullable;

/**
 * Where a column between two estimators comes from.
 *
 * @param column of the model's input
 * @param inverse which input makes the column a given number
 */
record Origin(int column, Inverse inverse) {
    interface Inverse {
        /** A {@link Double} or a {@link String}; null for none in particular. */
        @Nullable
        Object of(double wanted);
    }

    interface Scalar {
        double of(double wanted);
    }

    static Origin input(int column) {
        return new Origin(column, wanted -> wanted);
    }

    /** Of what an estimator made of this column; its inverse maps back to this column. */
    Origin behind(Scalar back) {
        return new Origin(column, wanted -> inverse.of(back.of(wanted)));
    }

    /** Of what an encoder made of this column, which is one of the input's. */
    Origin encoded(Inverse back) {
        return new Origin(
                column, wanted -> back.of(wanted) instanceof Double number ? inverse.of(number) : back.of(wanted));
    }
}
