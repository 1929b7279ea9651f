package io.mlaas.sharing.passport;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.provenance.Attestations;
import io.mlaas.sharing.provenance.Disclosures;
import io.mlaas.sharing.provenance.Evidence;
import io.mlaas.sharing.provenance.EvidenceKind;
import io.mlaas.sharing.provenance.EvidenceState;
import io.mlaas.sharing.provenance.ModelEvidence;
import io.mlaas.sharing.provenance.Reader;
import io.mlaas.sharing.provenance.Readers;
import io.mlaas.sharing.provenance.Reproduction;
import io.mlaas.sharing.registry.Assets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Puts passports together: of what is known of a model, what whoever asks may be told. */
@Component
class Passports {
    /** What a tag must be called to be told to everybody: others are the company's own business. */
    private static final Set<String> PUBLIC_TAGS = Set.of("task", "architecture", "license", "language");

    /** Groups whose members the training's owner named: that there is such a fact would tell something. */
    private static final Set<String> OWN_NAMES =
            Set.of("parameters", "seeds", "environment", "libraries", "metrics", "observed");

    private final Readers readers;
    private final Attestations attestations;
    private final Disclosures disclosures;
    private final Assets assets;
    private final PassportRepository passports;
    private final JsonMapper json;

    Passports(
            Readers readers,
            Attestations attestations,
            Disclosures disclosures,
            Assets assets,
            PassportRepository passports,
            JsonMapper json) {
        this.readers = readers;
        this.attestations = attestations;
        this.disclosures = disclosures;
        this.assets = assets;
        this.passports = passports;
        this.json = json;
    }

    /**
     * @param caller empty for one without a token
     * @param address where the model's pages are, for commands
     */
    Passport of(UUID modelId, Optional<Caller> caller, String address) {
        Reader reader = readers.of(modelId, caller);
        ModelStatus status = reader.model().status();
        ModelEvidence evidence = attestations.of(modelId);
        List<Passport.Document> documents =
                evidence.pieces().stream().map(piece -> document(piece, reader)).toList();
        List<Passport.Key> keys = keys(evidence, status.organizationId());
        boolean owner = !reader.outsider()
                && caller.filter(known -> known.organizationId().equals(status.organizationId()))
                        .isPresent();
        return new Passport(
                Passport.FORMAT,
                model(status, reader),
                owner ? publication(modelId) : null,
                disclosures.facts(modelId).stream()
                        .map(fact -> fact(fact, reader))
                        .toList(),
                documents,
                keys,
                Passport.Reproductions.of(evidence.reproductions().stream()
                        .map(Reproduction::verdict)
                        .toList()),
                lineage(status, reader),
                Checks.of(address, status.fileName(), documents, keys));
    }

    Passport.Publication publication(UUID modelId) {
        return passports.find(modelId).orElseGet(() -> new Passport.Publication(false, List.of(), 0, null, null));
    }

    /** How often what is told of a model was changed, from 1. */
    int revision(UUID modelId) {
        return Math.max(1, publication(modelId).revision());
    }

    Passport.Publication publish(UUID modelId, boolean published, Disclosed disclosed, Caller caller) {
        UUID owner = assets.ownModel(modelId, caller).status().organizationId();
        disclosed.requireAmong(
                disclosures.facts(modelId).stream().map(Disclosures.Fact::name).collect(Collectors.toSet()));
        return passports.save(modelId, owner, published, disclosed, caller.subject());
    }

    private static Passport.Model model(ModelStatus status, Reader reader) {
        boolean everything = reader.everything();
        return new Passport.Model(
                status.modelId(),
                status.name(),
                status.version(),
                status.description(),
                tags(status, everything),
                status.origin().name(),
                status.status(),
                status.format(),
                status.organizationId(),
                status.fileName(),
                status.sizeBytes(),
                status.sha256(),
                // The contract has digests of image and data in the clear.
                everything ? status.contractAddress() : null,
                status.createdAt(),
                status.trainedAt());
    }

    private static Map<String, String> tags(ModelStatus status, boolean everything) {
        Map<String, String> tags = new TreeMap<>(status.tags());
        if (!everything) {
            tags.keySet().retainAll(PUBLIC_TAGS);
        }
        return tags;
    }

    private static Passport.Fact fact(Disclosures.Fact fact, Reader reader) {
        if (tells(reader, fact.name())) {
            return new Passport.Fact(fact.name(), fact.value(), true, fact.commitment());
        }
        int dot = fact.name().indexOf('.');
        String group = dot < 0 ? fact.name() : fact.name().substring(0, dot);
        return new Passport.Fact(OWN_NAMES.contains(group) ? group : fact.name(), null, false, fact.commitment());
    }

    private static boolean tells(Reader reader, String fact) {
        return reader.everything() || Disclosed.tells(reader.disclosed(), fact);
    }

    private Passport.Document document(Evidence piece, Reader reader) {
        String proof = piece.proof();
        boolean mayKnowWhy = !reader.outsider() || piece.state() == EvidenceState.NONE;
        return new Passport.Document(
                piece.kind().word(),
                piece.part().isEmpty() ? null : piece.part(),
                piece.state().name(),
                mayKnowWhy ? piece.reason() : null,
                piece.digest(),
                piece.keyId(),
                piece.content() == null && piece.kind() != EvidenceKind.CERTIFICATE ? null : path(piece.kind(), reader),
                piece.signedAt(),
                proof == null ? null : json.readTree(proof));
    }

    private static @Nullable String path(EvidenceKind kind, Reader reader) {
        return switch (kind) {
            case FILE -> null;
            case SIGNATURE -> "signature";
            case STATEMENT -> reader.everything() ? "provenance?statement=provenance" : null;
            case COMMITMENTS -> "provenance?statement=commitments";
            case CERTIFICATE -> reader.outsider() ? null : "certificate";
            case VERDICT -> "reproductions";
        };
    }

    /** Signatures of models are the owner's, all else is the platform's. */
    private static List<Passport.Key> keys(ModelEvidence evidence, UUID owner) {
        Map<String, Passport.Key> keys = new LinkedHashMap<>();
        for (Evidence piece : evidence.pieces()) {
            String id = piece.keyId();
            String publicKey = piece.publicKey();
            if (id != null && publicKey != null) {
                keys.putIfAbsent(
                        id, new Passport.Key(id, publicKey, piece.kind() == EvidenceKind.SIGNATURE ? owner : null));
            }
        }
        return List.copyOf(keys.values());
    }

    private Passport.Lineage lineage(ModelStatus status, Reader reader) {
        boolean tellsSource = !reader.outsider() || tells(reader, "source_model");
        return new Passport.Lineage(
                tellsSource ? status.sourceModelId() : null,
                passports.translations(status.modelId(), reader.outsider()).stream()
                        .map(this::translation)
                        .toList());
    }

    private Passport.Translation translation(UUID id) {
        ModelStatus status = assets.findModel(id).orElseThrow().status();
        return new Passport.Translation(
                id,
                status.format(),
                status.sha256(),
                assets.certificateSha256(id).orElse(null));
    }
}
