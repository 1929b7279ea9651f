package io.mlaas.api.event;

import java.time.Instant;
import java.util.UUID;

/**
 * An event in the JSON format of CloudEvents 1.0 (structured mode).
 *
 * @param id unique per event: consumers drop what they have seen
 * @param source the service that tells it, e.g. {@code /model-sharing-service}
 * @param type e.g. {@code io.mlaas.model.trained}
 * @param subject the asset that it is about; also the Kafka key
 * @param organizationid the company that owns the subject (an extension attribute, hence its spelling)
 * @param data the payload, one of the records of this module
 */
public record CloudEvent<T>(
        String specversion,
        UUID id,
        String source,
        String type,
        String subject,
        Instant time,
        String datacontenttype,
        UUID organizationid,
        T data) {

    public static <T> CloudEvent<T> of(String source, String type, UUID subject, UUID organizationid, T data) {
        return new CloudEvent<>(
                "1.0",
                UUID.randomUUID(),
                source,
                type,
                subject.toString(),
                Instant.now(),
                "application/json",
                organizationid,
                data);
    }
}
