package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares models with the manifests that were signed (section 8.4). */
public final class ModelVerifier {
    private static final int SHOWN = 5;

    private final ModelHasher hasher;

    public ModelVerifier(ModelHasher hasher) {
        this.hasher = hasher;
    }

    /**
     * Refuses a model that is not the one that was signed: a file changed, missing, or not signed.
     *
     * @param signed the manifest that {@link Bundle#verify} gives
     * @param model a file, or a directory
     * @param bundles where the signature is, if it may be inside of the directory
     */
    public void verify(Manifest signed, Path model, Path... bundles) throws IOException {
        Serialization serialization = signed.serialization();
        for (Path bundle : bundles) {
            Path inside = model.toAbsolutePath()
                    .normalize()
                    .relativize(bundle.toAbsolutePath().normalize());
            String path = inside.toString();
            if (!path.isEmpty() && !path.startsWith("..")) {
                serialization = serialization.ignoring(path);
            }
        }
        List<ModelFiles.Piece> pieces = ModelFiles.pieces(model, serialization);
        Map<String, Resource> expected = byName(signed, model);
        requireSame(
                expected.keySet(), pieces.stream().map(ModelFiles.Piece::name).toList());
        for (Resource actual : hasher.hash(pieces)) {
            String digest = Objects.requireNonNull(expected.get(actual.name())).digest();
            if (!actual.digest().equals(digest)) {
                throw new InvalidEvidenceException(
                        StrictJson.shown(actual.name()) + ": SHA-256 " + actual.digest() + " (signed: " + digest + ")");
            }
        }
    }

    /** The reference implementation calls a file that is the whole model ".", whatever the file's name. */
    private static Map<String, Resource> byName(Manifest signed, Path model) {
        boolean sharded = signed.serialization().isSharded();
        boolean itself = signed.resources().stream()
                .allMatch(resource -> resource.file(sharded).equals(Resource.ITSELF));
        Function<Resource, String> name = itself
                ? resource -> ModelFiles.name(model) + resource.name().substring(Resource.ITSELF.length())
                : Resource::name;
        return signed.resources().stream()
                .collect(Collectors.toMap(name, resource -> resource, (a, b) -> a, TreeMap::new));
    }

    private static void requireSame(Collection<String> signed, Collection<String> found) {
        List<String> missing = new ArrayList<>(signed);
        missing.removeAll(Set.copyOf(found));
        List<String> unsigned = new ArrayList<>(found);
        unsigned.removeAll(signed);
        if (!missing.isEmpty()) {
            throw new InvalidEvidenceException("signed, but not there: " + some(missing)
                    + (unsigned.isEmpty() ? "" : "; there, but not signed: " + some(unsigned)));
        }
        if (!unsigned.isEmpty()) {
            throw new InvalidEvidenceException("there, but not signed: " + some(unsigned));
        }
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(SHOWN).map(StrictJson::shown).collect(Collectors.joining(", "));
        return names.size() <= SHOWN ? first : first + " and " + (names.size() - SHOWN) + " more";
    }
}
