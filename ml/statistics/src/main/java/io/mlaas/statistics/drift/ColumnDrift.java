package io.mlaas.statistics.drift;

import org.jspecify.annotations.Nullable;

/** What came out for one column. */
public sealed interface ColumnDrift {
    String name();

    ColumnRole role();

    default boolean drifted() {
        return this instanceof Tested tested && tested.verdict();
    }

    /**
     * A column that was compared.
     *
     * @param score the p-value or the distance, whichever the method has
     * @param statistic the method's own: D, χ², z, U, …; of distances the score again
     * @param adjusted the p-value after the correction for many columns, which the verdict is by; the score without one
     * @param effect see {@link EffectRule}
     * @param significant whether score and threshold say drift
     * @param verdict whether it is significant and the effect is enough
     */
    record Tested(
            String name,
            ColumnRole role,
            ColumnType type,
            DriftMethod method,
            double score,
            double statistic,
            double threshold,
            double adjusted,
            double effect,
            Shift shift,
            long referenceSize,
            long currentSize,
            boolean significant,
            boolean verdict)
            implements ColumnDrift {
        /** Null where the score is a distance. */
        public @Nullable Double pValue() {
            return method.hasPValue() ? score : null;
        }

        Tested adjusted(double pValue, EffectRule rule) {
            boolean rejects = method.drifted(pValue, threshold);
            return new Tested(
                    name,
                    role,
                    type,
                    method,
                    score,
                    statistic,
                    threshold,
                    pValue,
                    effect,
                    shift,
                    referenceSize,
                    currentSize,
                    rejects,
                    rejects && rule.isEnough(referenceSize, effect));
        }
    }

    /**
     * A column that could not be compared; it counts neither as drifted nor as a column.
     *
     * @param reason such as a column without any value
     */
    record NotTested(String name, ColumnRole role, String reason) implements ColumnDrift {}
}
