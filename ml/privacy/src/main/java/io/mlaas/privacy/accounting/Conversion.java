package io.mlaas.privacy.accounting;

/** How a cost ρ at one order α becomes an (ε, δ). */
public enum Conversion {
    /**
     * ε = ρ + ln((α - 1) / α) - (ln δ + ln α) / (α - 1): C. Canonne, G. Kamath and T. Steinke, "The Discrete Gaussian for
     * Differential Privacy" (2020), proposition 12; B. Balle et al., "Hypothesis Testing Interpretations and Rényi
     * Differential Privacy" (2020), theorem 21. Opacus' and always the smaller of the two.
     */
    TIGHT {
        @Override
        double epsilon(double order, double rdp, double delta) {
            return rdp + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
        }
    },
    /** ε = ρ - ln δ / (α - 1): I. Mironov, "Rényi Differential Privacy" (2017), proposition 3. That of the PATE papers. */
    CLASSIC {
        @Override
        double epsilon(double order, double rdp, double delta) {
            return rdp - Math.log(delta) / (order - 1);
        }
    };

    abstract double epsilon(double order, double rdp, double delta);
}
