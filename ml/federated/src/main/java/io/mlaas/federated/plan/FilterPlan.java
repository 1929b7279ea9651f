package io.mlaas.federated.plan;

import java.util.List;

/** What a client does to its update before it sends it. */
public sealed interface FilterPlan {

    String kind();

    /** Keeps the largest changes: zero below the percentile of magnitudes, clip at gamma. Claims no ε. */
    record Percentile(double percentile, double gamma) implements FilterPlan {
        @Override
        public String kind() {
            return "percentile";
        }
    }

    /** NVFLARE's selection by noisy thresholds; a heuristic that claims no ε. */
    record SparseVector(double fraction, double epsilon, double noiseVar, double gamma, double tau)
            implements FilterPlan {
        @Override
        public String kind() {
            return "sparse_vector";
        }
    }

    /** Variables that are not sent, by name or by a name's beginning that ends in {@code *}. */
    record Exclude(List<String> variables) implements FilterPlan {
        @Override
        public String kind() {
            return "exclude";
        }
    }

    /** Clips a client's own update to a norm and adds noise at the client: under the accountant, each client by itself. */
    record Gaussian(double norm, double noiseMultiplier) implements FilterPlan {
        @Override
        public String kind() {
            return "gaussian";
        }
    }
}
