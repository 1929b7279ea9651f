package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The monitors of a batch's events, each asked for once; those that the batch before was about at once. */
final class Watched {
    private final MonitorRepository monitors;
    private final Map<String, List<Monitor>> bySubject = new HashMap<>();
    private final Map<Audience, List<Monitor>> known = new HashMap<>();

    private record Audience(UUID organization, List<String> subjects) {}

    /** @param likely what events will probably be about */
    Watched(MonitorRepository monitors, Collection<String> likely) {
        this.monitors = monitors;
        ask(likely);
    }

    /** Those of the event's company. */
    List<Monitor> of(InferenceEvent event) {
        return known.computeIfAbsent(new Audience(event.organization(), event.subjects()), this::find);
    }

    /** What the events were about. */
    Set<String> subjects() {
        Set<String> subjects = new HashSet<>();
        known.keySet().forEach(audience -> subjects.addAll(audience.subjects()));
        return subjects;
    }

    private List<Monitor> find(Audience audience) {
        ask(audience.subjects().stream()
                .filter(subject -> !bySubject.containsKey(subject))
                .toList());
        List<Monitor> found = new ArrayList<>();
        for (String subject : audience.subjects()) {
            for (Monitor monitor : bySubject.getOrDefault(subject, List.of())) {
                if (monitor.organizationId().equals(audience.organization())) {
                    found.add(monitor);
                }
            }
        }
        return found;
    }

    private void ask(Collection<String> subjects) {
        subjects.forEach(subject -> bySubject.put(subject, new ArrayList<>()));
        for (Monitor monitor : monitors.watching(subjects)) {
            bySubject
                    .computeIfAbsent(monitor.document().subject(), subject -> new ArrayList<>())
                    .add(monitor);
        }
    }
}
