package io.mlaas.training.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the operator tells about itself. */
class OperatorMeters {
    private final MeterRegistry meters;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger leads = new AtomicInteger();

    OperatorMeters(MeterRegistry meters) {
        this.meters = meters;
        gauge("mlaas.training.operator.queued", "trainings on Kubernetes that wait for their turn", queued);
        gauge("mlaas.training.operator.running", "trainings on Kubernetes that left the queue", running);
        gauge("mlaas.training.operator.leader", "1 if this instance acts", leads);
    }

    private void gauge(String name, String description, AtomicInteger value) {
        Gauge.builder(name, value, AtomicInteger::get).description(description).register(meters);
    }

    void counted(List<TrainingJob> all) {
        running.set((int) all.stream().filter(job -> job.status().running()).count());
        queued.set((int) all.stream()
                .filter(job -> !job.status().running() && !job.status().ended())
                .count());
    }

    void leads(boolean now) {
        leads.set(now ? 1 : 0);
    }

    void changed(TrainingJob job, TrainingJobStatus old) {
        TrainingJobStatus status = job.status();
        if (status.phase() == Phase.FAILED && old.phase() != Phase.FAILED && status.reason() != null) {
            Counter.builder("mlaas.training.operator.failures")
                    .description("trainings on Kubernetes that failed")
                    .tag("reason", status.reason().word())
                    .register(meters)
                    .increment();
        }
    }

    Timer reconciling(String outcome) {
        return Timer.builder("mlaas.training.operator.reconcile")
                .description("one look at one training")
                .tag("outcome", outcome)
                .register(meters);
    }
}
