package io.mlaas.learning.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.mqtt.MqttProperties;
import java.time.Duration;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.util.StringUtils;

@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

    @Bean
    NewTopic learnerAnswers(StreamProperties properties) {
        return topic(properties.answers(), properties.retention(), properties);
    }

    @Bean
    NewTopic deadLetters(StreamProperties properties) {
        return topic(properties.deadLetters(), properties.deadLetterRetention(), properties);
    }

    @Bean
    Relay kafkaAnswers(KafkaProperties kafka, StreamProperties properties, MeterRegistry meters) {
        return new Relay(kafka, properties, new KafkaDestination(kafka, meters));
    }

    @Bean
    @Conditional(BrokerPresent.class)
    Relay mqttAnswers(KafkaProperties kafka, StreamProperties properties, MqttProperties broker, MeterRegistry meters) {
        return new Relay(kafka, properties, new MqttDestination(broker, meters));
    }

    static final class BrokerPresent implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty("mlaas.mqtt.url"));
        }
    }

    private static NewTopic topic(String name, Duration retention, StreamProperties properties) {
        return TopicBuilder.name(name)
                .partitions(properties.partitions())
                .replicas(properties.replicas())
                .config(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.toMillis()))
                .build();
    }
}
