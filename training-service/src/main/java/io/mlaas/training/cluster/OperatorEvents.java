package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.mlaas.training.cluster.model.Decision;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What {@code kubectl describe} shows of a training's life. The same event told twice is one. */
final class OperatorEvents {
    private OperatorEvents() {}

    static Event of(TrainingJob job, Decision.Event event, Instant now) {
        String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(name(job, event))
                .addToLabels(Names.MANAGED_BY_LABEL, Names.OPERATOR)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(job.getApiVersion())
                .withKind(job.getKind())
                .withNamespace(job.getMetadata().getNamespace())
                .withName(job.name())
                .withUid(job.getMetadata().getUid())
                .endInvolvedObject()
                .withType(event.warning() ? "Warning" : "Normal")
                .withReason(event.reason())
                .withMessage(
                        event.message().length() <= 1000
                                ? event.message()
                                : event.message().substring(0, 1000))
                .withFirstTimestamp(at)
                .withLastTimestamp(at)
                .withCount(1)
                .withNewSource()
                .withComponent(Names.OPERATOR)
                .endSource()
                .withReportingComponent(Names.OPERATOR)
                .withReportingInstance("")
                .build();
    }

    private static String name(TrainingJob job, Decision.Event event) {
        return "%s.%s.%d-%d"
                .formatted(
                        job.name(),
                        event.reason().toLowerCase(Locale.ROOT),
                        job.status().attempts(),
                        job.status().registrations());
    }
}
