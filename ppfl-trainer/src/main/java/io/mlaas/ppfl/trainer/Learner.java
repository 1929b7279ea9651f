package io.mlaas.ppfl.trainer;

import io.mlaas.federated.simulation.SimulatedClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of the engines, set up for a plan and its data. */
sealed interface Learner permits Averaging, Teaching {

    Learned learn(List<SimulatedClient> clients, Draws draws, Watch watch);

    /**
     * Who looks on.
     *
     * @param checkpoints a directory; null: none are kept
     * @param progress where rounds are told; null: nowhere
     * @param cancelled asked again and again
     */
    record Watch(@Nullable Path checkpoints, @Nullable RoundLines progress, BooleanSupplier cancelled) {

        /** Nothing is kept or told. */
        Watch aside() {
            return new Watch(null, null, cancelled);
        }

        void tell(Consumer<RoundLines> what) {
            if (progress != null) {
                what.accept(progress);
            }
        }

        void machine(Map<String, Object> fields) {
            tell(lines -> lines.machine(fields));
        }
    }
}
