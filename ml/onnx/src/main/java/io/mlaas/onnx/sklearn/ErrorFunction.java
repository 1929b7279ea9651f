package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;

/**
 * The error function in 64 bits, which ONNX Runtime has in 32 only. Cody, Rational Chebyshev Approximation for the Error
 * Function, Mathematics of Computation 23, 1969.
 */
final class ErrorFunction {
    private static final double[] NEAR_ABOVE = {
        3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315
    };
    private static final double[] NEAR_BELOW = {
        2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1
    };
    private static final double[] FAR_ABOVE = {
        1230.3393547979972,
        2051.0783778260716,
        1712.0476126340707,
        881.952221241769,
        298.6351381974001,
        66.11919063714163,
        8.883149794388377,
        0.5641884969886701,
        2.1531153547440383e-8
    };
    private static final double[] FAR_BELOW = {
        1230.3393548037495,
        3439.3676741437216,
        4362.619090143247,
        3290.7992357334597,
        1621.3895745666903,
        537.1811018620099,
        117.6939508913125,
        15.744926110709835,
        1
    };

    private ErrorFunction() {}

    /** @param ops of 64 bits */
    static Tensor of(Ops ops, Tensor x) {
        // beyond 6 the result is 1 in 64 bits
        Tensor size = ops.binary("Min", ops.unary("Abs", x), ops.scalar(6));
        Tensor square = ops.mul(size, size);
        Tensor near = ops.mul(size, ratio(ops, square, NEAR_ABOVE, NEAR_BELOW));
        Tensor rest = ops.mul(ops.unary("Exp", ops.unary("Neg", square)), ratio(ops, size, FAR_ABOVE, FAR_BELOW));
        Tensor far = ops.sub(ops.scalar(1), rest);
        Tensor either = ops.where(ops.compare("LessOrEqual", size, ops.scalar(0.46875)), near, far);
        return ops.mul(ops.unary("Sign", x), either);
    }

    private static Tensor ratio(Ops ops, Tensor x, double[] above, double... below) {
        return ops.div(CurveNodes.polynomial(ops, x, above), CurveNodes.polynomial(ops, x, below));
    }
}
