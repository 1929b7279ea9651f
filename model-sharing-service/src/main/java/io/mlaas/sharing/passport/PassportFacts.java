package io.mlaas.sharing.passport;

import io.mlaas.provenance.card.ModelFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a passport tells, as the facts of a bill of materials and of a model card. */
final class PassportFacts {
    private final Map<String, String> told = new TreeMap<>();
    private final List<String> withheld = new ArrayList<>();

    private PassportFacts(Passport passport) {
        for (Passport.Fact fact : passport.facts()) {
            if (fact.disclosed()) {
                told.put(fact.name(), fact.text());
            } else {
                withheld.add(fact.name());
            }
        }
    }

    static ModelFacts of(Passport passport, int revision) {
        PassportFacts facts = new PassportFacts(passport);
        Passport.Model model = passport.model();
        return new ModelFacts(
                model.id(),
                revision,
                model.name(),
                model.version(),
                model.description(),
                model.tags(),
                model.origin(),
                model.fileFormat(),
                model.organizationId(),
                new ModelFacts.File(model.fileName(), model.sizeBytes(), model.sha256()),
                facts.definition(),
                facts.image(),
                facts.datasets(),
                passport.lineage().sourceModel(),
                facts.parameters(),
                facts.environment(),
                facts.below("libraries"),
                facts.below("metrics"),
                Objects.requireNonNullElse(model.completedAt(), model.createdAt()),
                new ModelFacts.Reproductions(
                        passport.reproductions().tried(),
                        passport.reproductions().reproduced()),
                facts.withheld);
    }

    private ModelFacts.@Nullable File definition() {
        String name = told.get("definition.file_name");
        String sha256 = told.get("definition.sha256");
        return name == null && sha256 == null ? null : new ModelFacts.File(name, null, sha256);
    }

    private ModelFacts.@Nullable Image image() {
        String reference = told.get("image");
        String sha256 = told.get("image.sha256");
        return reference == null && sha256 == null ? null : new ModelFacts.Image(reference, sha256);
    }

    /** The first is called {@code dataset}, others {@code dataset.2} and so on. */
    private List<ModelFacts.Dataset> datasets() {
        return told.keySet().stream()
                .filter(name -> name.matches("dataset(\\..*)?"))
                .map(name -> name.matches("dataset\\.[0-9]+(\\..*)?")
                        ? String.join(".", Arrays.copyOf(name.split("\\."), 2))
                        : "dataset")
                .distinct()
                .map(this::dataset)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    /** Null if nothing is told by which to know it. */
    private ModelFacts.@Nullable Dataset dataset(String prefix) {
        String id = told.get(prefix);
        String sha256 = told.get(prefix + ".sha256");
        return id == null && sha256 == null
                ? null
                : new ModelFacts.Dataset(
                        id == null ? null : UUID.fromString(id), told.get(prefix + ".file_name"), sha256);
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = below("parameters");
        below("seeds").forEach((name, value) -> parameters.put("seeds." + name, value));
        String threads = told.get("threads");
        if (threads != null) {
            parameters.put("threads", threads);
        }
        return parameters;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = below("environment");
        environment.putAll(below("platform"));
        String runner = told.get("runner");
        if (runner != null) {
            environment.put("runner", runner);
        }
        return environment;
    }

    private Map<String, String> below(String group) {
        Map<String, String> members = new TreeMap<>();
        told.forEach((name, value) -> {
            if (name.startsWith(group + ".")) {
                members.put(name.substring(group.length() + 1), value);
            }
        });
        return members;
    }
}
