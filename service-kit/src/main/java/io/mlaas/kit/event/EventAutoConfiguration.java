package io.mlaas.kit.event;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.backoff.ExponentialBackOff;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@ConditionalOnClass({KafkaTemplate.class, JdbcClient.class})
@ConditionalOnBean({KafkaTemplate.class, JdbcClient.class})
@EnableConfigurationProperties(OutboxProperties.class)
class EventAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(EventAutoConfiguration.class);

    @Bean
    OutboxRelay outboxRelay(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            KafkaTemplate<String, String> kafka,
            OutboxProperties properties) {
        return new OutboxRelay(jdbc, new TransactionTemplate(transactions), kafka, properties.keep());
    }

    @Bean
    MeterBinder outboxMetrics(OutboxRelay relay) {
        return meters -> Gauge.builder("mlaas.outbox.waiting", relay, OutboxRelay::waiting)
                .description("Events that are committed and not published yet (counted up to 100,000)")
                .register(meters);
    }

    @Bean
    Outbox outbox(JdbcClient jdbc, JsonMapper json, OutboxRelay relay) {
        return new Outbox(jdbc, json, relay);
    }

    @Bean
    Inbox inbox(JdbcClient jdbc) {
        return new Inbox(jdbc);
    }

    /**
     * While a server is away an event waits; one that cannot be understood is reported and passed over. The default
     * would drop any event after ten attempts.
     */
    @Bean
    @ConditionalOnMissingBean(CommonErrorHandler.class)
    DefaultErrorHandler eventErrors() {
        ExponentialBackOff pauses = new ExponentialBackOff(500, 2);
        pauses.setMaxInterval(30_000);
        DefaultErrorHandler handler = new DefaultErrorHandler(
                (event, e) -> log.error("an event on {} cannot be understood: {}", event.topic(), event.value(), e),
                pauses);
        handler.setRetryListeners((event, e, attempt) ->
                log.warn("an event on {} cannot be handled now (attempt {})", event.topic(), attempt, e));
        handler.addNotRetryableExceptions(JacksonException.class, NullPointerException.class);
        return handler;
    }
}
