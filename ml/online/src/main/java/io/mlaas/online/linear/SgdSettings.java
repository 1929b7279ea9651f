package io.mlaas.online.linear;

import io.mlaas.online.ConfigurationFields;

/**
 * Stochastic gradient descent as in scikit-learn: the same names, meanings and defaults. {@code alpha} multiplies the
 * penalty; the schedules give row {@code t} (from 1) the rate {@code eta0} (constant), {@code eta0 / t^power_t}
 * (invscaling), {@code 1 / (alpha · (t0 + t - 1))} (optimal; {@code t0} so that the first rate is {@code
 * alpha^(-1/4)}), or {@code eta0} divided by 5 each time when the mean loss of {@code patience} windows of {@code window}
 * rows in turn was not {@code tolerance} below the best so far (adaptive; scikit-learn counts epochs instead).
 */
record SgdSettings(
        Schedule schedule,
        double eta0,
        double powerT,
        Penalty penalty,
        double alpha,
        double l1Ratio,
        int window,
        int patience,
        double tolerance) {

    enum Schedule {
        OPTIMAL,
        CONSTANT,
        INVSCALING,
        ADAPTIVE
    }

    static SgdSettings parse(ConfigurationFields fields, boolean classifies) {
        Schedule schedule = fields.choice("learning_rate", classifies ? Schedule.OPTIMAL : Schedule.INVSCALING);
        double eta0 = fields.above("eta0", 0.01, 0, 1000);
        double powerT = fields.between("power_t", classifies ? 0.5 : 0.25, 0, 10);
        Penalty penalty = fields.choice("penalty", Penalty.L2);
        double alpha = schedule == Schedule.OPTIMAL
                ? fields.above("alpha", 1e-4, 0, 1000)
                : fields.between("alpha", 1e-4, 0, 1000);
        double l1Ratio = fields.between("l1_ratio", 0.15, 0, 1);
        boolean adaptive = schedule == Schedule.ADAPTIVE;
        return new SgdSettings(
                schedule,
                eta0,
                powerT,
                penalty,
                alpha,
                l1Ratio,
                adaptive ? fields.integer("window", 1000, 1, Integer.MAX_VALUE) : 1,
                adaptive ? fields.integer("patience", 5, 1, Integer.MAX_VALUE) : 1,
                adaptive ? fields.between("tolerance", 1e-3, 0, 1000) : 0);
    }
}
