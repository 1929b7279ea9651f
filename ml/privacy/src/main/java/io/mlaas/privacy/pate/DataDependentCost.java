package io.mlaas.privacy.pate;

import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.Guarantee;
import io.mlaas.privacy.accounting.RdpCurve;
import java.util.List;

/**
 * A cost that was computed from the votes and is therefore <em>itself private</em>: publishing it tells how the teachers
 * agreed. It may be published only after noise scaled to its smooth sensitivity (Papernot et al. 2018, appendix B), which is
 * not done here; what may be published is {@link VoteMechanism#cost}. Hence a type of its own, whose text shows no number.
 */
public final class DataDependentCost {
    private final RdpCurve curve;

    private DataDependentCost(RdpCurve curve) {
        this.curve = curve;
    }

    static DataDependentCost of(RdpCurve curve) {
        return new DataDependentCost(curve);
    }

    public static DataDependentCost none(List<Double> orders) {
        return new DataDependentCost(RdpCurve.free(orders));
    }

    public DataDependentCost plus(DataDependentCost other) {
        return new DataDependentCost(curve.plus(other.curve));
    }

    public DataDependentCost times(long queries) {
        return new DataDependentCost(curve.times(queries));
    }

    /** For the owner of the teachers' data only. */
    public Guarantee privateGuarantee(double delta, Conversion conversion) {
        return curve.guarantee(delta, conversion);
    }

    /** For the owner of the teachers' data only. */
    public RdpCurve privateCurve() {
        return curve;
    }

    @Override
    public String toString() {
        return "data-dependent cost (private)";
    }
}
