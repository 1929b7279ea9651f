package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a model's files become resources (section 5.2.2 of the specification).
 *
 * @param shardSize bytes of a shard; 0 when each file is hashed as a whole
 * @param allowSymlinks whether symbolic links are followed; they are refused otherwise
 * @param ignorePaths relative to the model, with what is below them
 */
public record Serialization(long shardSize, boolean allowSymlinks, List<String> ignorePaths) {
    /** What is left out of every model. */
    public static final List<String> ALWAYS_IGNORED = List.of(".git", ".gitattributes", ".github", ".gitignore");

    /** The specification's default. */
    public static final long DEFAULT_SHARD_SIZE = 1_000_000_000;

    static final String HASH_TYPE = "sha256";
    private static final String FILES = "files";
    private static final String SHARDS = "shards";
    private static final Pattern GLOB = Pattern.compile("[*?\\[]");

    public Serialization {
        if (shardSize < 0) {
            throw new InvalidEvidenceException("serialization.shard_size: " + shardSize + " (expected: positive)");
        }
        ignorePaths = List.copyOf(ignorePaths);
        for (String path : ignorePaths) {
            RelativePath.require(path, "serialization.ignore_paths");
            if (GLOB.matcher(path).find()) {
                throw new InvalidEvidenceException(
                        "serialization.ignore_paths: " + StrictJson.shown(path) + " (expected: a path, not a pattern)");
            }
        }
    }

    /** Each file as a whole. */
    public static Serialization files() {
        return new Serialization(0, false, ALWAYS_IGNORED);
    }

    /** Each file in shards, which can be hashed side by side. */
    public static Serialization shards(long shardSize) {
        if (shardSize <= 0) {
            throw new IllegalArgumentException("shard size: " + shardSize + " (expected: positive)");
        }
        return new Serialization(shardSize, false, ALWAYS_IGNORED);
    }

    /** The same, with these paths left out too. */
    public Serialization ignoring(String... paths) {
        return new Serialization(
                shardSize,
                allowSymlinks,
                Stream.concat(ignorePaths.stream(), Stream.of(paths)).distinct().toList());
    }

    /** The same, following symbolic links. */
    public Serialization followingLinks() {
        return new Serialization(shardSize, true, ignorePaths);
    }

    public boolean isSharded() {
        return shardSize > 0;
    }

    /** What the reference implementation calls the digests of shards, other than the specification has it. */
    String referenceAlgorithm() {
        return isSharded() ? HASH_TYPE + "-sharded-" + shardSize : HASH_TYPE;
    }

    static Serialization read(Members members) {
        String method = members.text("method");
        if (!method.equals(FILES) && !method.equals(SHARDS)) {
            throw new InvalidEvidenceException(members.path("method") + ": " + StrictJson.shown(method) + " (expected: "
                    + FILES + " or " + SHARDS + ")");
        }
        members.require("hash_type", HASH_TYPE);
        boolean sharded = method.equals(SHARDS);
        long shardSize = sharded ? members.whole("shard_size") : 0;
        if (sharded && shardSize <= 0) {
            throw new InvalidEvidenceException(members.path("shard_size") + ": " + shardSize + " (expected: positive)");
        }
        List<String> ignored = new ArrayList<>();
        members.optionalArray("ignore_paths").forEach(element -> ignored.add(element.text()));
        Serialization read = new Serialization(shardSize, members.bool("allow_symlinks"), ignored);
        members.end();
        return read;
    }

    ObjectNode toTree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("method", isSharded() ? SHARDS : FILES);
        tree.put("hash_type", HASH_TYPE);
        if (isSharded()) {
            tree.put("shard_size", shardSize);
        }
        tree.put("allow_symlinks", allowSymlinks);
        if (!ignorePaths.isEmpty()) {
            var array = tree.putArray("ignore_paths");
            ignorePaths.forEach(array::add);
        }
        return tree;
    }
}
