package io.mlaas.training.job;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.sharing.TrainingRequested;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Queues what the registry wants trained. */
@Component
class TrainingRequests {
    private static final Logger log = LoggerFactory.getLogger(TrainingRequests.class);

    private final Jobs jobs;
    private final Dispatcher dispatcher;
    private final JsonMapper json;

    TrainingRequests(Jobs jobs, Dispatcher dispatcher, JsonMapper json) {
        this.jobs = jobs;
        this.dispatcher = dispatcher;
        this.json = json;
    }

    @KafkaListener(topics = Topics.REGISTRY)
    void consume(String event) {
        if (!RegistryEvents.TRAINING_REQUESTED.equals(
                json.readTree(event).path("type").asString(""))) {
            return;
        }
        CloudEvent<TrainingRequested> request = json.readValue(event, new TypeReference<>() {});
        boolean queued = jobs.requested(request.id(), request.data());
        dispatcher.wake();
        log.info(
                "training of model {} was requested: {}",
                request.data().modelId(),
                queued ? "queued" : "known already");
    }
}
