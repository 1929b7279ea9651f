package io.mlaas.learning.stream;

import java.time.Duration;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;

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

    private static NewTopic topic(String name, Duration retention, StreamProperties properties) {
        return TopicBuilder.name(name)
                .partitions(properties.partitions())
                .replicas(properties.replicas())
                .config(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.toMillis()))
                .build();
    }
}
