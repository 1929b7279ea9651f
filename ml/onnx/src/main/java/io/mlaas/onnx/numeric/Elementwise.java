package io.mlaas.onnx.numeric;

import java.util.function.DoubleBinaryOperator;

/**
 * An operation of two numbers on many. The usual ones have loops of their own, of which HotSpot makes vectors; results go
 * where both arguments were read, index by index.
 */
sealed interface Elementwise {
    void apply(double[] a, double[] b, double[] result, int count);

    enum Usual implements Elementwise {
        PLUS {
            @Override
            public void apply(double[] a, double[] b, double[] result, int count) {
                for (int i = 0; i < count; i++) {
                    result[i] = a[i] + b[i];
                }
            }
        },
        MINUS {
            @Override
            public void apply(double[] a, double[] b, double[] result, int count) {
                for (int i = 0; i < count; i++) {
                    result[i] = a[i] - b[i];
                }
            }
        },
        TIMES {
            @Override
            public void apply(double[] a, double[] b, double[] result, int count) {
                for (int i = 0; i < count; i++) {
                    result[i] = a[i] * b[i];
                }
            }
        },
        MAX {
            @Override
            public void apply(double[] a, double[] b, double[] result, int count) {
                for (int i = 0; i < count; i++) {
                    result[i] = Math.max(a[i], b[i]);
                }
            }
        },
        MIN {
            @Override
            public void apply(double[] a, double[] b, double[] result, int count) {
                for (int i = 0; i < count; i++) {
                    result[i] = Math.min(a[i], b[i]);
                }
            }
        }
    }

    /** Any other. */
    record Any(DoubleBinaryOperator operator) implements Elementwise {
        @Override
        public void apply(double[] a, double[] b, double[] result, int count) {
            for (int i = 0; i < count; i++) {
                result[i] = operator.applyAsDouble(a[i], b[i]);
            }
        }
    }
}
