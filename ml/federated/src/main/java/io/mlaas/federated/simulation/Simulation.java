package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.Aggregator;
import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.aggregation.RefusedUpdateException;
import io.mlaas.federated.aggregation.UpdateChecks;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.privacy.accounting.RdpCurve;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Federated learning of many clients in one process. What comes out is a function of settings, network and data: however
 * many threads train, updates are added up in the order of the clients' names; and whenever it is interrupted, it goes on
 * after the last whole round to the same bytes.
 */
public final class Simulation {
    private final SimulationSettings settings;
    private final List<SimulatedClient> clients;
    private final Samples test;
    private final Network network;
    private final ParameterLayout layout;
    private final UpdateChecks checks;
    private final @Nullable CentralPrivacy privacy;
    private final @Nullable RdpCurve filterCost;
    private final byte[] secret;
    private final Options options;

    /**
     * What changes how a simulation runs, but not what an honest one gives.
     *
     * @param threads that train
     * @param checkpoint null: an interrupted simulation begins anew
     * @param behaviour of the clients; {@link ClientBehaviour#HONEST} but in tests
     * @param progress told after each round
     * @param cancelled asked before each client
     */
    public record Options(
            int threads,
            @Nullable Path checkpoint,
            ClientBehaviour behaviour,
            Consumer<RoundReport> progress,
            BooleanSupplier cancelled) {
        public Options {
            if (threads < 1) {
                throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
            }
        }

        /** All processors, no checkpoint, honest clients. */
        public static Options usual() {
            return new Options(
                    Runtime.getRuntime().availableProcessors(),
                    null,
                    ClientBehaviour.HONEST,
                    report -> {},
                    () -> false);
        }
    }

    private Simulation(
            SimulationSettings settings,
            Network network,
            List<SimulatedClient> clients,
            Samples test,
            byte[] secret,
            Options options) {
        this.settings = settings;
        this.network = network;
        this.clients = clients.stream()
                .sorted(Comparator.comparing(SimulatedClient::name))
                .toList();
        this.test = test;
        this.secret = secret.clone();
        this.options = options;
        this.layout = ParameterLayout.of(network);
        long most = clients.stream().mapToLong(c -> c.samples().count()).max().orElse(0);
        if (settings.clientsPerRound() > clients.size()) {
            throw new IllegalArgumentException("clients per round: " + settings.clientsPerRound() + " (expected: <= "
                    + clients.size() + ", the clients that there are)");
        }
        this.checks = new UpdateChecks(layout, settings.largestNorm(), most);
        this.privacy = privacy();
        this.filterCost = settings.filters().cost().orElse(null);
    }

    private @Nullable CentralPrivacy privacy() {
        CentralPrivacy.Settings wanted = settings.privacy();
        if (wanted == null) {
            return null;
        }
        if (wanted.noiseMultiplier() > 0 && layout.entries().stream().anyMatch(ParameterLayout.Entry::buffer)) {
            throw new IllegalArgumentException(
                    "network: has running statistics, as of batch normalisation (expected: none under noise)");
        }
        double rate = (double) settings.clientsPerRound() / clients.size();
        if (wanted.clients() != clients.size() || Math.abs(wanted.samplingRate() - rate) > 1e-12) {
            throw new IllegalArgumentException("privacy: of " + wanted.clients() + " clients at rate "
                    + wanted.samplingRate() + " (expected: " + clients.size() + " at " + rate + ")");
        }
        return new CentralPrivacy(wanted, secret);
    }

    /** With noise that follows from the seed, so that whoever knows the seed can take it away. */
    public static SimulationResult run(
            SimulationSettings settings,
            Network network,
            List<SimulatedClient> clients,
            Samples test,
            Options options) {
        return run(settings, network, clients, test, CentralPrivacy.secretOf(settings.seed()), options);
    }

    /**
     * @param test what the model is evaluated on after each round; no client has it
     * @param secret what all noise is drawn from, at least 16 bytes
     * @throws CancellationException when the options' {@code cancelled} said true
     * @throws NothingLearnedException when no round had enough updates
     * @throws IllegalArgumentException when settings, network and clients do not fit together
     */
    public static SimulationResult run(
            SimulationSettings settings,
            Network network,
            List<SimulatedClient> clients,
            Samples test,
            byte[] secret,
            Options options) {
        return new Simulation(settings, network, clients, test, secret, options).run();
    }

    private SimulationResult run() {
        Path path = options.checkpoint();
        RoundFile file =
                path == null ? null : new RoundFile(path, Identity.of(settings, network, clients, test, secret));
        try (TrainingPool pool = new TrainingPool(options.threads(), this::training)) {
            Progress progress = file == null ? null : file.read();
            if (progress == null) {
                float[] model = TrainingPool.join(pool.submit(LocalTraining::initialModel));
                double norm = privacy == null
                        ? Double.POSITIVE_INFINITY
                        : privacy.settings().clipping().norm();
                progress = Progress.begin(model, settings.server().begin(model.length), norm);
            }
            while (progress.rounds() < settings.rounds()) {
                progress = round(progress, pool);
                if (file != null) {
                    file.write(progress);
                }
                options.progress().accept(progress.reports().getLast());
            }
            requireChanged(progress.reports());
            return new SimulationResult(
                    progress.model(), layout.weights(progress.model()), List.copyOf(progress.reports()));
        }
    }

    private void requireChanged(List<RoundReport> reports) {
        if (reports.stream().noneMatch(RoundReport::changed)) {
            RoundReport last = reports.getLast();
            throw new NothingLearnedException("updates: in no round of " + settings.rounds() + " were there "
                    + needed(last.asked()) + "; in the last " + last.accepted() + " of " + last.asked()
                    + last.troubles().stream()
                            .findFirst()
                            .map(trouble -> ", " + trouble.client() + ": " + trouble.reason())
                            .orElse(""));
        }
    }

    private LocalTraining training() {
        return new LocalTraining(network, settings.loss(), settings.local(), settings.seed());
    }

    private Progress round(Progress progress, TrainingPool pool) {
        long start = System.nanoTime();
        int round = progress.rounds() + 1;
        List<SimulatedClient> asked =
                ClientSampling.of(settings, privacy != null && privacy.noisy()).sample(clients, round);
        Aggregator aggregator = privacy == null
                ? settings.aggregation().start(layout.size())
                : privacy.start(layout.size(), progress.norm(), round);
        List<RoundReport.Trouble> troubles = new ArrayList<>();
        int answers = collect(asked, round, progress.model(), pool, aggregator, troubles);
        boolean changed = aggregator.clients() >= needed(asked.size());
        Progress next = progress;
        if (changed) {
            double[] aggregate = aggregator.finish();
            settings.server().step(progress.model(), progress.server(), aggregate, layout);
            next = aggregator instanceof CentralPrivacy.Round noisy ? progress.with(noisy.nextNorm()) : progress;
        }
        LocalTrainer.Evaluation evaluation =
                TrainingPool.join(pool.submit(training -> training.evaluate(progress.model(), test)));
        long weight = (long) layout.size() * Float.BYTES;
        next.reports()
                .add(new RoundReport(
                        round,
                        settings.rounds(),
                        evaluation.loss(),
                        evaluation.accuracy().orElse(Double.NaN),
                        aggregator.clients(),
                        asked.size(),
                        clients.size(),
                        List.copyOf(troubles),
                        changed,
                        answers * weight,
                        asked.size() * weight,
                        epsilon(round),
                        progress.norm(),
                        (System.nanoTime() - start) / 1e9));
        return next;
    }

    /** Under noise chance decides how many are asked, and what is divided by does not depend on how many came. */
    private int needed(int asked) {
        return privacy != null && privacy.noisy()
                ? Math.min(settings.quorum(), asked)
                : Math.max(settings.quorum(), settings.aggregation().least());
    }

    private double epsilon(int rounds) {
        if (privacy != null && privacy.noisy()) {
            return privacy.cost(rounds).epsilon();
        }
        return filterCost == null
                ? Double.POSITIVE_INFINITY
                : filterCost.times(rounds).guarantee(settings.filterDelta()).epsilon();
    }

    /** Has the clients train and takes their updates in the order of names. @return how many answered */
    private int collect(
            List<SimulatedClient> asked,
            int round,
            float[] model,
            TrainingPool pool,
            Aggregator aggregator,
            List<RoundReport.Trouble> troubles) {
        Deque<Future<Optional<ModelUpdate>>> training = new ArrayDeque<>();
        int ahead = 4 * options.threads(); // as many updates wait at most: memory does not grow with the clients
        int next = 0;
        int answers = 0;
        for (SimulatedClient client : asked) {
            while (next < asked.size() && training.size() < ahead) {
                if (options.cancelled().getAsBoolean()) {
                    throw new CancellationException("cancelled in round " + round);
                }
                SimulatedClient following = asked.get(next++);
                training.add(pool.submit(local -> answer(following, round, model, local)));
            }
            Optional<ModelUpdate> update = TrainingPool.join(training.remove());
            answers += update.isPresent() ? 1 : 0;
            accept(client, update, aggregator, troubles);
        }
        return answers;
    }

    private Optional<ModelUpdate> answer(SimulatedClient client, int round, float[] model, LocalTraining local) {
        return Optional.ofNullable(
                options.behaviour().answer(client.name(), round, () -> update(client, round, model, local)));
    }

    private ModelUpdate update(SimulatedClient client, int round, float[] model, LocalTraining local) {
        ModelUpdate update = local.train(client.name(), round, model, client.samples());
        long steps = settings.local().steps(client.samples().count());
        return settings.filters().apply(update, layout, steps, secret, round);
    }

    private void accept(
            SimulatedClient client,
            Optional<ModelUpdate> update,
            Aggregator aggregator,
            List<RoundReport.Trouble> troubles) {
        if (update.isEmpty()) {
            troubles.add(new RoundReport.Trouble(client.name(), RoundReport.State.DOWN, "no answer in this round"));
            return;
        }
        try {
            checks.require(update.get());
        } catch (RefusedUpdateException e) {
            troubles.add(new RoundReport.Trouble(client.name(), RoundReport.State.REFUSED, e.reason()));
            return;
        }
        aggregator.add(update.get());
    }
}
