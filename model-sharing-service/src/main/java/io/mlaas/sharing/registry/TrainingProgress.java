package io.mlaas.sharing.registry;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.training.TrainingEvents;
import io.mlaas.kit.event.Inbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Follows what training-service tells of its jobs. */
@Component
class TrainingProgress {
    private static final Logger log = LoggerFactory.getLogger(TrainingProgress.class);

    private final ModelRepository models;
    private final Inbox inbox;
    private final JsonMapper json;

    TrainingProgress(ModelRepository models, Inbox inbox, JsonMapper json) {
        this.models = models;
        this.inbox = inbox;
        this.json = json;
    }

    @Transactional
    @KafkaListener(topics = Topics.TRAINING)
    void on(String message) {
        CloudEvent<TrainingEvents.TrainingChanged> event;
        try {
            event = json.readValue(message, new TypeReference<>() {});
        } catch (JacksonException e) {
            log.error("an event on {} cannot be read and is left out", Topics.TRAINING, e);
            return;
        }
        if (!inbox.firstTime(event.id())) {
            return;
        }
        switch (event.type()) {
            case TrainingEvents.QUEUED -> change(event.data(), ModelState.REGISTERED);
            case TrainingEvents.STARTED -> change(event.data(), ModelState.TRAINING);
            case TrainingEvents.FAILED -> change(event.data(), ModelState.FAILED);
            case TrainingEvents.CANCELLED -> change(event.data(), ModelState.CANCELLED);
            default -> log.debug("nothing to do about {}", event.type());
        }
    }

    private void change(TrainingEvents.TrainingChanged job, ModelState state) {
        if (!models.jobChanged(job.modelId(), job.jobId(), state, job.reason(), job.at())) {
            log.info("job {} of model {} came too late with {}", job.jobId(), job.modelId(), state);
        }
    }
}
