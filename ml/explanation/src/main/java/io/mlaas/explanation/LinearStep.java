package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Edge;
import java.util.List;

/** An operator whose output differs by the sum of what its inputs' maps say. */
record LinearStep(Traced output, List<Edge> edges) implements Step {
    @Override
    public void back(boolean split) {
        double[] m = output.multipliers();
        for (Edge edge : edges) {
            double[] into = edge.input().multipliers();
            if (split) {
                double[] fall = output.fallMultipliers();
                double[] intoFall = edge.input().fallMultipliers();
                edge.map().transposed(m, into, Part.POSITIVE);
                edge.map().transposed(fall, into, Part.NEGATIVE);
                edge.map().transposed(m, intoFall, Part.NEGATIVE);
                edge.map().transposed(fall, intoFall, Part.POSITIVE);
            } else {
                edge.map().transposed(m, into, Part.WHOLE);
            }
        }
    }
}
