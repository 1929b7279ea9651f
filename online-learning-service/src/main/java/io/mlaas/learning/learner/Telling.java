package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.learning.event.PredictionEvents;
import io.mlaas.online.Schema;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Tells of the predictions of learners that are asked, where their documents want it. */
@Component
class Telling {
    private final PredictionEvents events;

    Telling(PredictionEvents events) {
        this.events = events;
    }

    void tell(StoredLearner learner, Schema schema, PredictionEvent.State state, Asking asking, Predicted predicted) {
        if (learner.document().tellsPredictions()) {
            events.tell(new PredictionEvent(
                    asking.id(),
                    new PredictionEvent.Model(learner.id(), learner.organizationId(), learner.name(), schema),
                    state,
                    asking.device(),
                    predicted.rows(),
                    predicted.inputs(),
                    predicted.answer(),
                    predicted.nanos() / 1e6,
                    Instant.now(),
                    predicted.occasion().at(),
                    predicted.occasion().segments(),
                    predicted.ends()));
        }
    }
}
