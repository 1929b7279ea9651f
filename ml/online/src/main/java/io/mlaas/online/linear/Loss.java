package io.mlaas.online.linear;

/**
 * Losses of a margin {@code p = w·x + b}. For classification {@code y} is -1 or 1; {@code epsilon} is the width of the
 * insensitive zone, or where huber's loss becomes linear. The derivatives are with respect to {@code p}.
 */
enum Loss {
    SQUARED_ERROR(false),
    HUBER(false),
    EPSILON_INSENSITIVE(false),
    SQUARED_EPSILON_INSENSITIVE(false),
    LOG_LOSS(true),
    HINGE(true),
    SQUARED_HINGE(true),
    MODIFIED_HUBER(true),
    /** Of all margins together; here only the row's own class counts. */
    SOFTMAX(true);

    private final boolean classifies;

    Loss(boolean classifies) {
        this.classifies = classifies;
    }

    boolean classifies() {
        return classifies;
    }

    double value(double p, double y, double epsilon) {
        double z = p * y;
        double distance = Math.abs(y - p);
        return switch (this) {
            case SQUARED_ERROR -> 0.5 * distance * distance;
            case HUBER ->
                distance <= epsilon ? 0.5 * distance * distance : epsilon * distance - 0.5 * epsilon * epsilon;
            case EPSILON_INSENSITIVE -> Math.max(0, distance - epsilon);
            case SQUARED_EPSILON_INSENSITIVE -> squared(Math.max(0, distance - epsilon));
            case LOG_LOSS, SOFTMAX -> z > 18 ? Math.exp(-z) : z < -18 ? -z : Math.log1p(Math.exp(-z));
            case HINGE -> Math.max(0, 1 - z);
            case SQUARED_HINGE -> squared(Math.max(0, 1 - z));
            case MODIFIED_HUBER -> z >= 1 ? 0 : z >= -1 ? squared(1 - z) : -4 * z;
        };
    }

    double derivative(double p, double y, double epsilon) {
        double z = p * y;
        double error = p - y;
        return switch (this) {
            case SQUARED_ERROR -> error;
            case HUBER -> Math.abs(error) <= epsilon ? error : Math.copySign(epsilon, error);
            case EPSILON_INSENSITIVE -> Math.abs(error) <= epsilon ? 0 : Math.signum(error);
            case SQUARED_EPSILON_INSENSITIVE ->
                Math.abs(error) <= epsilon ? 0 : 2 * (error - Math.copySign(epsilon, error));
            case LOG_LOSS, SOFTMAX -> -y / (1 + Math.exp(z));
            case HINGE -> z <= 1 ? -y : 0;
            case SQUARED_HINGE -> z < 1 ? -2 * y * (1 - z) : 0;
            case MODIFIED_HUBER -> z >= 1 ? 0 : z >= -1 ? -2 * y * (1 - z) : -4 * y;
        };
    }

    private static double squared(double value) {
        return value * value;
    }
}
