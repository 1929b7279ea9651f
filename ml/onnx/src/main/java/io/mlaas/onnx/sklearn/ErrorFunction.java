package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;

/**
 * The error function in 64 bits, which ONNX Runtime has in 32 only. Cody, Rational Chebyshev Approximation for the Error
 * Function, Mathematics of Computation 23, 1969.
 */
final class ErrorFunction {
    private static final double[] NEAR_ABOVE = {
        3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.16112374387056560, 1.85777706184603153e-1
    };
    private static final double[] NEAR_BELOW = {
        2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1
    };
    private static final double[] FAR_ABOVE = {
        1.23033935479799725e3,
        2.05107837782607147e3,
        1.71204761263407058e3,
        8.81952221241769090e2,
        2.98635138197400131e2,
        6.61191906371416295e1,
        8.88314979438837594,
        5.64188496988670089e-1,
        2.15311535474403846e-8
    };
    private static final double[] FAR_BELOW = {
        1.23033935480374942e3,
        3.43936767414372164e3,
        4.36261909014324716e3,
        3.29079923573345963e3,
        1.62138957456669019e3,
        5.37181101862009858e2,
        1.17693950891312499e2,
        1.57449261107098347e1,
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
