package io.mlaas.online.linear;

/**
 * Passive-aggressive steps (Crammer et al. 2006): the least change that makes the loss of this row vanish, bounded by
 * {@code c} (variant 1) or softened by {@code 1 / 2c} (variant 2).
 */
final class PassiveAggressive implements Optimizer {
    private final int variant;
    private final double c;
    private final boolean intercept;
    private final Weights weights;
    private final Loss loss;
    private final double epsilon;

    PassiveAggressive(int variant, double c, boolean intercept, Weights weights, Loss loss, double epsilon) {
        this.variant = variant;
        this.c = c;
        this.intercept = intercept;
        this.weights = weights;
        this.loss = loss;
        this.epsilon = epsilon;
    }

    @Override
    public void step(OneHotRow row, int margin, double p, double y, double derivative, double weight) {
        double norm = row.squaredNorm();
        double suffered = loss.value(p, y, epsilon);
        if (norm == 0 || suffered == 0) {
            return;
        }
        double size = variant == 1 ? Math.min(c, suffered / norm) : suffered / (norm + 0.5 / c);
        double direction = loss.classifies() ? y : Math.signum(y - p);
        double update = size * direction * weight;
        weights.add(row, margin, update);
        if (intercept) {
            weights.intercepts[margin] += update;
        }
    }
}
