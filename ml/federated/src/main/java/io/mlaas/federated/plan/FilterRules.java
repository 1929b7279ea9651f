package io.mlaas.federated.plan;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.privacy.filter.ExcludeFilter;
import java.util.ArrayList;
import java.util.List;

/** What filters ask of the network: what is to stay with a client must be there. */
final class FilterRules {
    private FilterRules() {}

    static List<Violation> check(List<FilterPlan> filters, Network network) {
        List<String> parameters =
                network.parameters().stream().map(ParameterSpec::name).toList();
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            if (!(filters.get(i) instanceof FilterPlan.Exclude exclude)) {
                continue;
            }
            for (int v = 0; v < exclude.variables().size(); v++) {
                String variable = exclude.variables().get(v);
                if (parameters.stream().noneMatch(parameter -> ExcludeFilter.fits(variable, parameter))) {
                    violations.add(new Violation(
                            "privacy.filters[" + i + "].variables[" + v + "]",
                            variable,
                            "one that fits a parameter of the network: " + String.join(", ", parameters)));
                }
            }
        }
        return violations;
    }
}
