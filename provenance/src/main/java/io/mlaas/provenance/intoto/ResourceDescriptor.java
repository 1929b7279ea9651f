package io.mlaas.provenance.intoto;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.Members;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An artifact (in-toto's ResourceDescriptor v1): at least one of uri, digest and content says which.
 *
 * @param digest hexadecimal by algorithm, such as {@code sha256}
 * @param content the artifact itself, in Base64
 */
public record ResourceDescriptor(
        @Nullable String name,
        @Nullable String uri,
        Map<String, String> digest,
        @Nullable String content,
        @Nullable String downloadLocation,
        @Nullable String mediaType,
        Map<String, JsonNode> annotations) {

    public ResourceDescriptor {
        digest = Collections.unmodifiableMap(new TreeMap<>(digest));
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        if (uri == null && content == null && digest.isEmpty()) {
            throw new InvalidEvidenceException(
                    "resource " + name + ": neither uri nor digest nor content (expected: at least one)");
        }
    }

    /** A file known by its SHA-256. */
    public static ResourceDescriptor sha256(String name, String sha256) {
        return new ResourceDescriptor(name, null, Map.of("sha256", sha256), null, null, null, Map.of());
    }

    /** The same, with where it is to be had. */
    public ResourceDescriptor withUri(String newUri) {
        return new ResourceDescriptor(name, newUri, digest, content, downloadLocation, mediaType, annotations);
    }

    public ResourceDescriptor withMediaType(String newMediaType) {
        return new ResourceDescriptor(name, uri, digest, content, downloadLocation, newMediaType, annotations);
    }

    public ResourceDescriptor withAnnotations(Map<String, JsonNode> newAnnotations) {
        return new ResourceDescriptor(name, uri, digest, content, downloadLocation, mediaType, newAnnotations);
    }

    static ResourceDescriptor read(Members members) {
        Map<String, String> digest = new TreeMap<>();
        if (members.has("digest")) {
            Members digests = members.object("digest");
            for (String algorithm : digests.names()) {
                digest.put(algorithm, digests.text(algorithm));
            }
        }
        Map<String, JsonNode> annotations = new TreeMap<>();
        if (members.has("annotations")) {
            Members values = members.object("annotations");
            values.names().forEach(name -> annotations.put(name, values.node(name)));
        }
        ResourceDescriptor read = new ResourceDescriptor(
                members.optionalText("name").orElse(null),
                members.optionalText("uri").orElse(null),
                digest,
                content(members),
                members.optionalText("downloadLocation").orElse(null),
                members.optionalText("mediaType").orElse(null),
                annotations);
        members.end();
        return read;
    }

    private static @Nullable String content(Members members) {
        return members.has("content") ? Base64.getEncoder().encodeToString(members.base64("content")) : null;
    }

    ObjectNode toTree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        putIfPresent(tree, "name", name);
        putIfPresent(tree, "uri", uri);
        if (!digest.isEmpty()) {
            ObjectNode digests = tree.putObject("digest");
            digest.forEach(digests::put);
        }
        putIfPresent(tree, "content", content);
        putIfPresent(tree, "downloadLocation", downloadLocation);
        putIfPresent(tree, "mediaType", mediaType);
        if (!annotations.isEmpty()) {
            ObjectNode values = tree.putObject("annotations");
            annotations.forEach(values::set);
        }
        return tree;
    }

    static void putIfPresent(ObjectNode tree, String name, @Nullable String value) {
        if (value != null) {
            tree.put(name, value);
        }
    }
}
