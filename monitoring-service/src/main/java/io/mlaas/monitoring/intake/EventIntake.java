package io.mlaas.monitoring.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.monitoring.intake.IntakeRepository.Read;
import io.mlaas.monitoring.intake.IntakeRepository.Source;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes rows and labels of events, for every monitor that watches what they are about. */
@Component
class EventIntake {
    private static final Logger log = LoggerFactory.getLogger(EventIntake.class);

    private final MonitorRepository monitors;
    private final IntakeRepository repository;
    private final HalfEvents halves;
    private final IntakeProperties properties;
    private final JsonMapper json;
    private final Clock clock;
    private final Counter taken;
    private final Counter unreadable;

    EventIntake(
            MonitorRepository monitors,
            IntakeRepository repository,
            HalfEvents halves,
            IntakeProperties properties,
            JsonMapper json,
            Clock clock,
            MeterRegistry meters) {
        this.monitors = monitors;
        this.repository = repository;
        this.halves = halves;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
        this.taken = Counter.builder("mlaas.monitoring.events")
                .description("Events read from Kafka")
                .register(meters);
        this.unreadable = Counter.builder("mlaas.monitoring.unreadable")
                .description("Messages that are no event, or of no company")
                .register(meters);
    }

    void sweep() {
        int forgotten = halves.sweep();
        if (forgotten > 0) {
            log.info("{} requests and responses of KServe are forgotten after a day", forgotten);
        }
    }

    long resumeAt(Source source) {
        return repository.resumeAt(source);
    }

    /**
     * Takes messages, with how far they go, in one transaction.
     *
     * @param from of each partition, what is committed
     * @return where each partition is read on, or an empty map if another instance has read one: nothing was taken
     */
    Map<Source, Long> take(Iterable<ConsumerRecord<String, byte[]>> messages, Map<Source, Long> from) {
        List<InferenceEvent> events = new ArrayList<>();
        Map<Source, Long> next = new HashMap<>();
        for (ConsumerRecord<String, byte[]> message : messages) {
            Source source = new Source(message.topic(), message.partition());
            if (from.containsKey(source)) {
                next.merge(source, message.offset() + 1, Math::max);
                read(message, events);
            }
        }
        Batch batch = new Batch(clock);
        Map<Source, Read> reads = new HashMap<>();
        next.forEach((source, offset) -> reads.put(source, new Read(from.getOrDefault(source, 0L), offset)));
        Watched watched = new Watched(events);
        addAll(batch, events, watched);
        List<InferenceEvent> halfOnes = events.stream()
                .filter(event -> event.isHalf() && !watched.of(event).isEmpty())
                .toList();
        boolean written = repository.write(batch, reads, () -> addAll(batch, halves.complete(halfOnes), watched));
        taken.increment(written ? events.size() : 0);
        return written ? next : Map.of();
    }

    private void read(ConsumerRecord<String, byte[]> message, List<InferenceEvent> events) {
        try {
            InferenceEvent event = InferenceEvent.read(message, json, properties.companies());
            if (event != null) {
                events.add(event);
                return;
            }
        } catch (RowsRefusedException e) {
            log.debug("{} {} {} is left out", message.topic(), message.partition(), message.offset(), e);
        }
        unreadable.increment();
    }

    private static void addAll(Batch batch, List<InferenceEvent> events, Watched watched) {
        events.forEach(event -> watched.of(event).forEach(monitor -> add(batch, monitor, event)));
    }

    private static void add(Batch batch, Monitor monitor, InferenceEvent event) {
        try {
            switch (event.kind()) {
                case PREDICTED -> batch.observe(monitor, event.data(), event.id(), event.micros(), "$.data");
                case LABELS -> batch.label(monitor, event.data(), event.micros(), "$.data");
                case REQUEST, RESPONSE -> {}
            }
        } catch (RowsRefusedException e) {
            batch.part(monitor).refuse(String.valueOf(e.getMessage()));
        }
    }

    /** The monitors of events, asked for once. */
    private final class Watched {
        private final Map<String, List<Monitor>> bySubject = new HashMap<>();

        Watched(List<InferenceEvent> events) {
            Set<String> subjects = new HashSet<>();
            events.forEach(event -> subjects.addAll(event.subjects()));
            for (Monitor monitor : monitors.watching(subjects)) {
                bySubject
                        .computeIfAbsent(monitor.document().subject(), subject -> new ArrayList<>())
                        .add(monitor);
            }
        }

        /** Those of the event's company. */
        List<Monitor> of(InferenceEvent event) {
            List<Monitor> found = new ArrayList<>();
            for (String subject : event.subjects()) {
                for (Monitor monitor : bySubject.getOrDefault(subject, List.of())) {
                    if (monitor.organizationId().equals(event.organization())) {
                        found.add(monitor);
                    }
                }
            }
            return found;
        }
    }
}
