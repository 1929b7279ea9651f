package io.mlaas.learning.learner;

import io.mlaas.learning.stream.Source;
import io.mlaas.learning.stream.Subscriber;
import io.mlaas.learning.stream.Subscribers;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The learners' table, as streams look at it. */
@Component
class StoredSubscribers implements Subscribers {
    private final LearnerRepository learners;

    StoredSubscribers(LearnerRepository learners) {
        this.learners = learners;
    }

    @Override
    public List<Subscriber> changedSince(Instant since) {
        return learners.changedSince(since).stream()
                .map(learner -> new Subscriber(
                        learner.id(),
                        learner.organizationId(),
                        learner.document().streams(),
                        learner.state() == LearnerState.RUNNING,
                        isTimed(learner.document().transformer()),
                        learner.changedAt()))
                .toList();
    }

    private static boolean isTimed(@Nullable JsonNode transformer) {
        return transformer != null && Source.isTimed(transformer.path("payload"));
    }
}
