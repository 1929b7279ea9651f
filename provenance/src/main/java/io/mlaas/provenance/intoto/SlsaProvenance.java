package io.mlaas.provenance.intoto;

import static io.mlaas.provenance.intoto.ResourceDescriptor.putIfPresent;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.Members;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How an artifact was made (SLSA provenance v1): from what, and by whom. */
public record SlsaProvenance(BuildDefinition buildDefinition, RunDetails runDetails) {
    public static final String TYPE = "https://slsa.dev/provenance/v1";

    /**
     * What went in.
     *
     * @param buildType a URI that says what the parameters mean, and how to build again
     * @param externalParameters what the user asked for
     * @param internalParameters what the platform set
     * @param resolvedDependencies artifacts that were needed: data, image, code
     */
    public record BuildDefinition(
            String buildType,
            JsonNode externalParameters,
            @Nullable JsonNode internalParameters,
            List<ResourceDescriptor> resolvedDependencies) {
        public BuildDefinition {
            resolvedDependencies = List.copyOf(resolvedDependencies);
            requireObject(externalParameters, "externalParameters");
            if (internalParameters != null) {
                requireObject(internalParameters, "internalParameters");
            }
        }
    }

    /**
     * What happened.
     *
     * @param byproducts artifacts of the run that are not its result, such as logs
     */
    public record RunDetails(Builder builder, Metadata metadata, List<ResourceDescriptor> byproducts) {
        public RunDetails {
            byproducts = List.copyOf(byproducts);
        }
    }

    /**
     * Who is to be trusted that it was so.
     *
     * @param id a URI
     */
    public record Builder(String id, Map<String, String> version, List<ResourceDescriptor> builderDependencies) {
        public Builder {
            version = Collections.unmodifiableMap(new TreeMap<>(version));
            builderDependencies = List.copyOf(builderDependencies);
        }
    }

    public record Metadata(
            @Nullable String invocationId,
            @Nullable Instant startedOn,
            @Nullable Instant finishedOn) {}

    /** The provenance of these artifacts. */
    public Statement of(List<ResourceDescriptor> subject) {
        return new Statement(subject, TYPE, toTree());
    }

    public static SlsaProvenance read(Statement statement) {
        Members predicate = statement.predicate(TYPE);
        Members definition = predicate.object("buildDefinition");
        BuildDefinition build = new BuildDefinition(
                definition.text("buildType"),
                definition.object("externalParameters").tree(),
                definition.has("internalParameters")
                        ? definition.object("internalParameters").tree()
                        : null,
                resources(definition, "resolvedDependencies"));
        definition.end();
        Members run = predicate.object("runDetails");
        RunDetails details =
                new RunDetails(builder(run.object("builder")), metadata(run), resources(run, "byproducts"));
        run.end();
        predicate.end();
        return new SlsaProvenance(build, details);
    }

    private static Builder builder(Members members) {
        Map<String, String> version = new TreeMap<>();
        if (members.has("version")) {
            Members versions = members.object("version");
            versions.names().forEach(name -> version.put(name, versions.text(name)));
        }
        Builder builder = new Builder(members.text("id"), version, resources(members, "builderDependencies"));
        members.end();
        return builder;
    }

    private static Metadata metadata(Members run) {
        if (!run.has("metadata")) {
            return new Metadata(null, null, null);
        }
        Members members = run.object("metadata");
        Metadata metadata = new Metadata(
                members.optionalText("invocationId").orElse(null),
                time(members, "startedOn"),
                time(members, "finishedOn"));
        members.end();
        return metadata;
    }

    private static @Nullable Instant time(Members members, String name) {
        if (!members.has(name)) {
            return null;
        }
        try {
            return Instant.parse(members.text(name));
        } catch (DateTimeException e) {
            throw new InvalidEvidenceException(
                    members.path(name) + ": " + members.text(name) + " (expected: a time like 2026-01-31T12:00:00Z)",
                    e);
        }
    }

    private static List<ResourceDescriptor> resources(Members members, String name) {
        List<ResourceDescriptor> resources = new ArrayList<>();
        members.optionalArray(name).forEach(element -> resources.add(ResourceDescriptor.read(element.object())));
        return resources;
    }

    private static void requireObject(JsonNode node, String name) {
        if (!node.isObject()) {
            throw new InvalidEvidenceException("buildDefinition." + name + ": " + node + " (expected: an object)");
        }
    }

    public ObjectNode toTree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectNode definition = tree.putObject("buildDefinition");
        definition.put("buildType", buildDefinition.buildType());
        definition.set("externalParameters", buildDefinition.externalParameters());
        if (buildDefinition.internalParameters() != null) {
            definition.set("internalParameters", buildDefinition.internalParameters());
        }
        put(definition, "resolvedDependencies", buildDefinition.resolvedDependencies());
        ObjectNode run = tree.putObject("runDetails");
        Builder builder = runDetails.builder();
        ObjectNode by = run.putObject("builder");
        by.put("id", builder.id());
        if (!builder.version().isEmpty()) {
            ObjectNode version = by.putObject("version");
            builder.version().forEach(version::put);
        }
        put(by, "builderDependencies", builder.builderDependencies());
        ObjectNode metadata = run.putObject("metadata");
        putIfPresent(metadata, "invocationId", runDetails.metadata().invocationId());
        putTime(metadata, "startedOn", runDetails.metadata().startedOn());
        putTime(metadata, "finishedOn", runDetails.metadata().finishedOn());
        put(run, "byproducts", runDetails.byproducts());
        return tree;
    }

    private static void put(ObjectNode tree, String name, List<ResourceDescriptor> resources) {
        if (!resources.isEmpty()) {
            var array = tree.putArray(name);
            resources.forEach(resource -> array.add(resource.toTree()));
        }
    }

    private static void putTime(ObjectNode tree, String name, @Nullable Instant time) {
        putIfPresent(tree, name, time == null ? null : time.toString());
    }
}
