package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.intoto.ResourceDescriptor;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a model with their digests: what is signed.
 *
 * @param modelName says something to people only
 * @param resources in the order that counts for the {@link #subjectDigest}
 */
public record Manifest(String modelName, List<Resource> resources, Serialization serialization) {
    public static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

    public Manifest {
        resources = List.copyOf(resources);
        if (resources.isEmpty()) {
            throw new InvalidEvidenceException("predicate.resources: none (expected: at least one file)");
        }
        Set<String> names = new HashSet<>();
        for (Resource resource : resources) {
            String file = resource.file(serialization.isSharded());
            if (!file.equals(Resource.ITSELF)) {
                RelativePath.require(file, "predicate.resources");
            }
            if (!names.add(resource.name())) {
                throw new InvalidEvidenceException(
                        "predicate.resources: " + StrictJson.shown(resource.name()) + " twice");
            }
        }
    }

    /** A manifest in the specification's order. */
    static Manifest sorted(String modelName, List<Resource> resources, Serialization serialization) {
        return new Manifest(
                modelName, resources.stream().sorted(Resource.BY_NAME).toList(), serialization);
    }

    /** Of a model that is one file, whose digest is known. */
    public static Manifest ofFile(String fileName, String sha256) {
        return new Manifest(fileName, List.of(new Resource(fileName, sha256)), Serialization.files());
    }

    /** One digest for the model: SHA-256 of the resources' digests, one after the other. */
    public String subjectDigest() {
        MessageDigest digest = ModelHasher.sha256();
        for (Resource resource : resources) {
            digest.update(HexFormat.of().parseHex(resource.digest()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What is signed. */
    public Statement statement() {
        ObjectNode predicate = JsonNodeFactory.instance.objectNode();
        predicate.set("serialization", serialization.toTree());
        var array = predicate.putArray("resources");
        for (Resource resource : resources) {
            array.addObject()
                    .put("name", resource.name())
                    .put("algorithm", Serialization.HASH_TYPE)
                    .put("digest", resource.digest());
        }
        return new Statement(List.of(ResourceDescriptor.sha256(modelName, subjectDigest())), PREDICATE_TYPE, predicate);
    }

    static Manifest read(Statement statement) {
        Members predicate = statement.predicate(PREDICATE_TYPE);
        if (statement.subject().size() != 1) {
            throw new InvalidEvidenceException(
                    "statement.subject: " + statement.subject().size() + " artifacts (expected: one, the model)");
        }
        ResourceDescriptor subject = statement.subject().getFirst();
        if (subject.name() == null || subject.name().isEmpty()) {
            throw new InvalidEvidenceException("statement.subject[0].name: missing");
        }
        Serialization serialization = Serialization.read(predicate.object("serialization"));
        List<Resource> resources = new ArrayList<>();
        for (Members.Element element : predicate.array("resources")) {
            Members resource = element.object();
            String algorithm = resource.text("algorithm");
            if (!algorithm.equals(serialization.referenceAlgorithm())) {
                resource.require("algorithm", Serialization.HASH_TYPE);
            }
            resources.add(new Resource(resource.text("name"), resource.text("digest")));
        }
        predicate.end();
        Manifest manifest = new Manifest(subject.name(), resources, serialization);
        if (!Map.of("sha256", manifest.subjectDigest()).equals(subject.digest())) {
            throw new InvalidEvidenceException("statement.subject[0].digest: " + subject.digest()
                    + " (expected: sha256 " + manifest.subjectDigest() + ", that of the resources)");
        }
        return manifest;
    }
}
