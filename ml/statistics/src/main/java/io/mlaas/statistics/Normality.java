package io.mlaas.statistics;

/**
 * Three tests of normality on the same residuals. Where none rejects, the residuals may be treated as normal; that is not
 * a proof that they are, and says nothing of their being independent: see {@link LjungBox}.
 */
public record Normality(TestResult shapiroWilk, TestResult andersonDarling, TestResult dAgostinoPearson) {
    /** @param residuals 8 or more, not all the same */
    public static Normality of(double... residuals) {
        return new Normality(
                ShapiroWilk.test(residuals), AndersonDarling.test(residuals), DAgostinoPearson.test(residuals));
    }

    /** Whether any of the three rejects at this level. */
    public boolean rejected(double level) {
        return shapiroWilk.rejects(level) || andersonDarling.rejects(level) || dAgostinoPearson.rejects(level);
    }
}
