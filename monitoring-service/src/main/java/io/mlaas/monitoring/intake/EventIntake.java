package io.mlaas.monitoring.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.monitoring.intake.HalfEvents.Half;
import io.mlaas.monitoring.intake.HalfEvents.Whole;
import io.mlaas.monitoring.intake.InferenceEvent.Kind;
import io.mlaas.monitoring.intake.IntakeRepository.Read;
import io.mlaas.monitoring.intake.IntakeRepository.Source;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.rows.JsonTape;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes rows and labels of events, for every monitor that watches what they are about. */
@Component
class EventIntake {
    private static final Logger log = LoggerFactory.getLogger(EventIntake.class);

    private final MonitorRepository monitors;
    private final IntakeRepository repository;
    private final HalfEvents halves;
    private final Clock clock;
    private final EventReader reader;
    private final Counter taken;
    private final Counter unreadable;
    private Set<String> latestSubjects = Set.of();

    EventIntake(
            MonitorRepository monitors,
            IntakeRepository repository,
            HalfEvents halves,
            IntakeProperties properties,
            Clock clock,
            MeterRegistry meters) {
        this.monitors = monitors;
        this.repository = repository;
        this.halves = halves;
        this.clock = clock;
        this.reader = new EventReader(properties.companies());
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
     * Takes messages, with how far they go, in one transaction, or in several if there is much in them. By one thread.
     *
     * @param from of each partition, what is committed
     * @return where each partition is read on; those of which another instance has read are left out, and what would have
     *     been committed together with them was not taken
     */
    Map<Source, Long> take(ConsumerRecords<String, byte[]> messages, Map<Source, Long> from) {
        Map<Source, Long> committed = new HashMap<>(from);
        committed
                .keySet()
                .retainAll(messages.partitions().stream().map(Source::of).toList());
        Taking taking = new Taking();
        for (TopicPartition partition : messages.partitions()) {
            Source source = Source.of(partition);
            for (ConsumerRecord<String, byte[]> message : messages.records(partition)) {
                if (!committed.containsKey(source)) {
                    break;
                }
                taking.take(message, source);
                if (taking.batch.isFull()) {
                    taking.write(committed);
                    taking = new Taking();
                }
            }
        }
        taking.write(committed);
        return committed;
    }

    /** What comes of some messages. */
    private final class Taking {
        final Batch batch = new Batch(clock);
        final Watched watched = new Watched(monitors, latestSubjects);
        final List<Half> halfOnes = new ArrayList<>();
        final Map<Source, Long> next = new HashMap<>();
        int events;

        /** Moves what is committed on, or leaves out what another instance has. */
        void write(Map<Source, Long> committed) {
            if (next.isEmpty()) {
                return;
            }
            Map<Source, Read> reads = new HashMap<>();
            next.forEach((source, offset) -> reads.put(source, new Read(committed.getOrDefault(source, 0L), offset)));
            if (repository.write(batch, reads, this::complete)) {
                committed.putAll(next);
                taken.increment(events);
            } else {
                committed.keySet().removeAll(next.keySet());
            }
            latestSubjects = watched.subjects();
        }

        void take(ConsumerRecord<String, byte[]> message, Source source) {
            next.put(source, message.offset() + 1);
            try {
                InferenceEvent event = reader.read(message);
                if (event != null) {
                    events++;
                    take(event);
                    return;
                }
            } catch (RowsRefusedException e) {
                log.debug("{} {} {} is left out", message.topic(), message.partition(), message.offset(), e);
            }
            unreadable.increment();
        }

        private void take(InferenceEvent event) {
            List<Monitor> watching = watched.of(event);
            if (event.isHalf() && !watching.isEmpty()) {
                halfOnes.add(Half.of(event));
            }
            for (Monitor monitor : watching) {
                add(monitor, event);
            }
        }

        private void add(Monitor monitor, InferenceEvent event) {
            try {
                switch (event.kind()) {
                    case PREDICTED ->
                        batch.observe(monitor, event.json(), event.data(), event.id(), event.micros(), "$.data");
                    case LABELS -> batch.label(monitor, event.json(), event.data(), event.micros(), "$.data");
                    case REQUEST, RESPONSE -> {}
                }
            } catch (RowsRefusedException e) {
                batch.part(monitor).refuse(String.valueOf(e.getMessage()));
            }
        }

        /** Adds what is complete with these halves; in the transaction that keeps them. */
        void complete() {
            for (Whole whole : halves.complete(halfOnes)) {
                JsonTape data = reader.reread(whole.data());
                take(new InferenceEvent(
                        Kind.PREDICTED,
                        whole.id(),
                        whole.organization(),
                        List.of(whole.service()),
                        whole.micros(),
                        data,
                        JsonTape.ROOT));
            }
        }
    }
}
