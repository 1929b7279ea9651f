package io.mlaas.federated.plan;

import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import java.util.List;

/** The samples and the network: whether they fit each other and the engine. */
final class LearningRules {
    private final Plan plan;
    private final Findings found;

    LearningRules(Plan plan, Findings found) {
        this.plan = plan;
        this.found = found;
    }

    void check() {
        data();
        network();
    }

    private void data() {
        DataPlan data = plan.data();
        if (plan.engine() == Engine.FEDPATE) {
            found.rule(
                    data.publicShare() > 0,
                    "data.public",
                    data.publicShare(),
                    "greater than 0 with engine fedpate: the student learns from public samples",
                    "engine");
            found.rule(
                    data.test() + data.publicShare() < 1,
                    "data.public",
                    data.publicShare(),
                    "less than 1 together with data.test, " + data.test() + ": the teachers have the rest",
                    "data.test");
        } else {
            found.rule(
                    data.publicShare() == 0, "data.public", data.publicShare(), "0 but with engine fedpate", "engine");
        }
    }

    private void network() {
        if (found.unread("model")) {
            return;
        }
        try {
            NetworkDescription description = plan.model().description();
            DataMapping mapping = DataMapping.parse(description.data());
            boolean digits = !plan.real() && plan.data().datasetId() == null;
            TensorShape shape = mapping.shape() == null && digits ? TensorShape.of(64) : mapping.shape();
            TensorShape declared = description.input();
            if (declared != null && (shape == null || declared.elements() == shape.elements())) {
                shape = declared;
            }
            if (shape != null) {
                Network network = description.resolve(shape);
                outputs(network, mapping, digits);
                if (plan.engine() == Engine.FEDAVG) {
                    found.add(FilterRules.check(plan.privacy().filters(), network));
                }
            }
            found.rule(
                    !plan.real() || declared != null,
                    "model.network.input.shape",
                    "missing",
                    "a shape where topology.mode is real: the server sees no samples",
                    "topology.mode");
        } catch (InvalidDescriptionException e) {
            found.add(List.of(ofDescription(String.valueOf(e.getMessage()))));
        }
    }

    private void outputs(Network network, DataMapping mapping, boolean digits) {
        int outputs = network.output().elements();
        boolean classes = network.endsWith(Layer.Function.SOFTMAX) || network.endsWith(Layer.Function.LOG_SOFTMAX);
        if (digits) {
            found.rule(outputs == 10, "model.network.layers", outputs + " outputs", "10, one for each digit");
        }
        if (plan.engine() == Engine.FEDPATE) {
            found.rule(
                    classes,
                    "model.network.layers",
                    "a last layer of numbers",
                    "softmax or log_softmax with engine fedpate: teachers vote for classes",
                    "engine");
        }
        if (plan.real() && classes) {
            found.rule(
                    mapping.classes().size() == outputs,
                    "model.network.data.classes",
                    mapping.classes().isEmpty() ? "missing" : mapping.classes(),
                    outputs + " labels in the order of the outputs where topology.mode is real: no client sees the"
                            + " others' labels",
                    "topology.mode");
        }
    }

    /** The description's messages read {@code place: value (expected: …)}. */
    private Violation ofDescription(String message) {
        String path = plan.model().netName() == null ? "model.network" : "model.net_name";
        int expected = message.indexOf(" (expected: ");
        if (expected < 0 || !message.endsWith(")")) {
            return new Violation(path, message, "a network description, docs/network-description.md");
        }
        return new Violation(
                path,
                message.substring(0, expected),
                message.substring(expected + " (expected: ".length(), message.length() - 1));
    }
}
