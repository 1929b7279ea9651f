package io.mlaas.learning.explanation;

import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.ExplanationRefused;
import io.mlaas.explanation.Method;
import io.mlaas.explanation.Reference;
import io.mlaas.explanation.Settings;
import io.mlaas.explanation.Target;
import io.mlaas.learning.learner.Explainable;
import io.mlaas.learning.learner.ExplainerSettings;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.linear.Margins;
import io.mlaas.online.torch.TorchPredictor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/** Explains what learners answer. */
@Component
class Explainers {
    /** Contributions in one answer: about 20 MB of JSON. */
    private static final long MOST = 1_000_000;

    /** Numbers that one calculation keeps at a time: 64 MiB. */
    private static final long AT_A_TIME = 8L << 20;

    private static final int NETWORKS_KEPT = 20;

    private final Semaphore calculations =
            new Semaphore(Math.min(4, Runtime.getRuntime().availableProcessors()), true);
    private final Map<UUID, Read> networks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Read> eldest) {
            return size() > NETWORKS_KEPT;
        }
    };

    /** A network that was read, of a state of a learner. */
    private record Read(Predictor predictor, NetworkExplaining explaining) {}

    Explanations explain(Explainable asked) {
        Schema schema = asked.predictor().schema();
        Columns columns = new Columns(schema);
        requireFew(asked, columns.count());
        calculations.acquireUninterruptibly();
        try {
            Explaining explaining = explaining(asked);
            List<Explanation> explanations =
                    explaining.explain(columns.encode(asked.rows(), asked.inputs()), settings(asked, columns));
            return Explanations.of(schema, asked.settings().method(), explaining.explained(), explanations);
        } catch (ExplanationRefused refused) {
            throw ExplanationProblem.EXPLANATION_REFUSED.because(String.valueOf(refused.getMessage()));
        } finally {
            calculations.release();
        }
    }

    private Explaining explaining(Explainable asked) {
        if (asked.predictor() instanceof Margins margins) {
            return new LinearExplaining(margins);
        }
        if (asked.predictor() instanceof TorchPredictor network) {
            return network(asked.learner(), network);
        }
        throw ExplanationProblem.EXPLANATION_REFUSED.because(
                "algorithm: " + asked.algorithm() + " (expected: linear or torch, whose answers can be explained)");
    }

    private NetworkExplaining network(UUID learner, TorchPredictor predictor) {
        synchronized (networks) {
            Read known = networks.get(learner);
            if (known != null && known.predictor().equals(predictor)) {
                return known.explaining();
            }
        }
        NetworkExplaining read = NetworkExplaining.of(predictor);
        synchronized (networks) {
            networks.put(learner, new Read(predictor, read));
        }
        return read;
    }

    private static void requireFew(Explainable asked, int columns) {
        int outputs = asked.settings().target() instanceof ExplainerSettings.Target.All
                ? asked.predictor().schema().outputs()
                : 1;
        long contributions = (long) asked.rows() * outputs * columns;
        if (contributions > MOST) {
            throw ExplanationProblem.EXPLANATION_REFUSED.because("$.instances: " + asked.rows() + ", with "
                    + contributions + " contributions (expected: at most " + MOST
                    + "; send fewer instances, or name a target)");
        }
    }

    private static Settings settings(Explainable asked, Columns columns) {
        ExplainerSettings settings = asked.settings();
        return Settings.DEFAULT
                .withMethod(
                        switch (settings.method()) {
                            case DEEP_LIFT -> Method.deepLift();
                            case DEEP_LIFT_REVEAL_CANCEL -> Method.revealCancel();
                            case INTEGRATED_GRADIENTS -> new Method.IntegratedGradients(settings.steps());
                        })
                .withTarget(
                        switch (settings.target()) {
                            case ExplainerSettings.Target.All _ -> Target.all();
                            case ExplainerSettings.Target.Largest _ -> Target.largest();
                            case ExplainerSettings.Target.One one -> Target.of(one.index());
                        })
                .withReference(reference(asked, columns))
                .withMostNumbers(AT_A_TIME);
    }

    private static Reference reference(Explainable asked, Columns columns) {
        return switch (asked.settings().reference()) {
            case ExplainerSettings.Reference.Zeros _ -> Reference.zeros();
            case ExplainerSettings.Reference.Mean _ -> mean(asked, columns);
            case ExplainerSettings.Reference.Given given -> Reference.of(columns.encode(given.rows(), given.inputs()));
        };
    }

    private static Reference mean(Explainable asked, Columns columns) {
        if (asked.heldBack().length == 0) {
            throw new ExplanationRefused(
                    "reference: mean (expected: zeros or an instance while the learner holds no rows back)");
        }
        return Reference.mean(Arrays.stream(asked.heldBack())
                .map(row -> columns.encode(row, 0))
                .toArray(double[][]::new));
    }
}
