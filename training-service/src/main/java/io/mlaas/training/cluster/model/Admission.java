package io.mlaas.training.cluster.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which trainings may leave the queue. Each company has a quota of its own; within a company the higher priority goes first,
 * then who came first. Nobody overtakes: a training that needs many GPUs holds later ones of its company up rather than
 * wait for ever.
 */
public sealed interface Admission {

    /** It runs, or may. */
    record Admitted() implements Admission {}

    /** @param position from 1 */
    record Waits(int position, String message) implements Admission {}

    /** It asks for more than its company may ever have. */
    record Never(String message) implements Admission {}

    /** What a company may have at once. */
    record Quota(int jobs, int gpus) {
        public Quota {
            if (jobs < 1) {
                throw new IllegalArgumentException("running-jobs: " + jobs + " (expected: >= 1)");
            }
            if (gpus < 0) {
                throw new IllegalArgumentException("gpus: " + gpus + " (expected: >= 0)");
            }
        }
    }

    record Quotas(Quota standard, Map<String, Quota> companies) {
        public Quotas {
            companies = Map.copyOf(companies);
        }

        Quota of(String organizationId) {
            return companies.getOrDefault(organizationId, standard);
        }
    }

    /** @param all the trainings of the namespace as they are now, with {@code job} among them */
    static Admission of(TrainingJob job, List<TrainingJob> all, Quotas quotas) {
        if (job.status().running()) {
            return new Admitted();
        }
        String company = job.getSpec().organizationId();
        Quota quota = quotas.of(company);
        if (job.getSpec().totalGpus() > quota.gpus()) {
            return new Never("resources.gpus: " + job.getSpec().totalGpus() + " (expected: at most " + quota.gpus()
                    + ", the company's quota)");
        }
        List<TrainingJob> own = all.stream()
                .filter(other -> company.equals(other.getSpec().organizationId()))
                .toList();
        List<TrainingJob> running =
                own.stream().filter(other -> other.status().running()).toList();
        int jobs = running.size();
        int gpus = running.stream().mapToInt(r -> r.getSpec().totalGpus()).sum();
        int position = 1;
        boolean room = true;
        for (TrainingJob queued : queue(own, quota)) {
            gpus += queued.getSpec().totalGpus();
            room = room && ++jobs <= quota.jobs() && gpus <= quota.gpus();
            if (queued.name().equals(job.name())) {
                break;
            }
            position = room ? position : position + 1;
        }
        return room
                ? new Admitted()
                : new Waits(
                        position,
                        "place " + position + " in the company's queue; " + running.size() + " of " + quota.jobs()
                                + " trainings run, quota of GPUs " + quota.gpus());
    }

    private static List<TrainingJob> queue(List<TrainingJob> own, Quota quota) {
        return own.stream()
                .filter(job -> !job.status().running() && !job.status().ended())
                .filter(job -> !job.deleted() && !job.getSpec().cancelled())
                .filter(job -> job.getSpec().totalGpus() <= quota.gpus())
                .sorted(Comparator.comparing((TrainingJob job) -> -job.getSpec().priority())
                        .thenComparing(job -> JobStates.time(job.getMetadata().getCreationTimestamp(), Instant.MAX))
                        .thenComparing(TrainingJob::name))
                .toList();
    }
}
