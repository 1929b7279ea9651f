package io.mlaas.training.job;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.sharing.TrainingRequested;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.ExponentialBackOff;
import tools.jackson.core.JacksonException;
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

    @Configuration(proxyBeanMethods = false)
    static class Errors {

        /** While the database is away an event waits; one that cannot be understood is reported and passed over. */
        @Bean
        DefaultErrorHandler kafkaErrors() {
            ExponentialBackOff backOff = new ExponentialBackOff(500, 2);
            backOff.setMaxInterval(30_000);
            DefaultErrorHandler handler = new DefaultErrorHandler(
                    (event, e) -> log.error("an event on {} cannot be understood: {}", event.topic(), event.value(), e),
                    backOff);
            handler.setRetryListeners((event, e, attempt) ->
                    log.warn("an event on {} cannot be handled now (attempt {})", event.topic(), attempt, e));
            handler.addNotRetryableExceptions(JacksonException.class, NullPointerException.class);
            return handler;
        }
    }
}
