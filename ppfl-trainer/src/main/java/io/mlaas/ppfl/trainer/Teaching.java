package io.mlaas.ppfl.trainer;

import io.mlaas.federated.pate.FedPate;
import io.mlaas.federated.pate.FedPateResult;
import io.mlaas.federated.pate.FedPateSettings;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.training.EpochReport;
import io.mlaas.privacy.accounting.Conversion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Engine fedpate: teachers vote, a student learns. Of a teacher nothing is told but that it has voted: how well it does
 * would be a measure of its samples that no noise covers.
 */
record Teaching(Plan plan, FederationData data) implements Learner {

    @Override
    public Learned learn(List<SimulatedClient> clients, Draws draws, Watch watch) {
        Samples questions = data.publicSamples();
        int rounds = clients.size() + 1;
        long asked = Math.min(settings(draws).queries(), questions.count());
        List<Map<String, Object>> told = new ArrayList<>();
        FedPateResult result = FedPate.run(
                settings(draws),
                data.network(),
                clients,
                questions,
                draws.secret(),
                new FedPate.Options(
                        watch.checkpoints(),
                        voted -> {
                            Map<String, Object> round = round(voted, rounds, "teachers", voted);
                            round.put("bytes_up", asked * Integer.BYTES);
                            round.put("bytes_down", asked * questions.shape().elements() * Float.BYTES);
                            told.add(round);
                            watch.tell(lines -> lines.say("teacher " + voted + " of " + clients.size() + " has voted"));
                            watch.machine(round);
                        },
                        epoch -> watch.tell(lines -> lines.say(student(epoch))),
                        watch.cancelled()));
        Map<String, Object> round = round(rounds, rounds, "student", clients.size());
        RoundLines.number(round, "loss", result.epochs().getLast().loss());
        RoundLines.number(round, "epsilon", result.spent().epsilon());
        told.add(round);
        watch.machine(round);
        return new Learned(result.student(), told, result.spent(), more(result));
    }

    private FedPateSettings settings(Draws draws) {
        return new FedPateSettings(
                Math.multiplyExact(plan.topology().rounds(), plan.training().teacherEpochs()),
                plan.training().studentEpochs(),
                plan.training().batch(),
                PlannedSettings.local(plan.training()).optimizer(),
                data.loss(),
                plan.voteMechanism().orElse(null),
                Objects.requireNonNull(plan.privacy().queries()),
                plan.privacy().delta(),
                draws.seed());
    }

    private static Map<String, Object> round(int round, int rounds, String phase, int clients) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("epoch", round);
        fields.put("epochs", rounds);
        fields.put("phase", phase);
        fields.put("clients", clients);
        fields.put("clients_total", rounds - 1);
        return fields;
    }

    private static String student(EpochReport epoch) {
        return String.format(
                Locale.ROOT, "student's epoch %d/%d  loss %.5f", epoch.epoch(), epoch.epochs(), epoch.loss());
    }

    private Map<String, Object> more(FedPateResult result) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("queries", result.queries());
        more.put("answers", result.answers().size());
        var dependent = result.dataDependent();
        if (dependent != null && plan.privacy().publishDataDependent()) {
            more.put(
                    "epsilon_data_dependent",
                    dependent
                            .privateGuarantee(plan.privacy().delta(), Conversion.CLASSIC)
                            .epsilon());
        }
        return more;
    }
}
