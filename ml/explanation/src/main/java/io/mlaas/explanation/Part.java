package io.mlaas.explanation;

/** Which weights of a linear map take part. */
enum Part {
    WHOLE,
    POSITIVE,
    NEGATIVE;

    double of(double weight) {
        return switch (this) {
            case WHOLE -> weight;
            case POSITIVE -> Math.max(weight, 0);
            case NEGATIVE -> Math.min(weight, 0);
        };
    }
}
