package io.mlaas.sharing.registry;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes what assets are called. An alias moves in one transaction that holds first its new target, so that it cannot
 * be taken out meanwhile, and then the name, so that moves follow one another.
 */
@Component
class Labels {
    private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9_-]{0,49}");
    private static final int LONGEST_HISTORY = 1_000;
    private static final String PLATFORM = "platform";

    private final Access access;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final LabelRepository labels;
    private final Outbox outbox;

    Labels(Access access, DatasetRepository datasets, ModelRepository models, LabelRepository labels, Outbox outbox) {
        this.access = access;
        this.datasets = datasets;
        this.models = models;
        this.labels = labels;
        this.outbox = outbox;
    }

    /** What aliases need to know of an asset. */
    private record Target(UUID id, UUID organizationId, AssetKind kind, String state, Label label) {
        static Target of(Dataset dataset) {
            return new Target(
                    dataset.id(),
                    dataset.organizationId(),
                    AssetKind.DATASET,
                    dataset.state().name(),
                    dataset.label());
        }

        static Target of(Model model) {
            return new Target(
                    model.id(),
                    model.organizationId(),
                    AssetKind.MODEL,
                    model.state().name(),
                    model.label());
        }

        LabelRepository.Named named() {
            String name = label.name();
            if (name == null) {
                throw RegistryProblem.UNNAMED_ASSET.because("%s: %s has no name".formatted(kind.idName(), id));
            }
            return new LabelRepository.Named(organizationId, kind, name);
        }
    }

    @Transactional
    public Dataset patchDataset(UUID id, LabelPatch patch, Caller caller) {
        access.ownDataset(id, caller);
        Dataset dataset = datasets.findLocked(id).orElseThrow();
        dataset.requireThere();
        update(Target.of(dataset), patch, caller);
        return datasets.find(id).orElseThrow();
    }

    @Transactional
    public Model patchModel(UUID id, LabelPatch patch, Caller caller) {
        access.ownModel(id, caller);
        Model model = models.findLocked(id).orElseThrow();
        model.requireThere();
        update(Target.of(model), patch, caller);
        return models.find(id).orElseThrow();
    }

    private void update(Target target, LabelPatch patch, Caller caller) {
        Label changed = patch.applyTo(target.label());
        if (changed.equals(target.label())) {
            return;
        }
        labels.update(target.kind(), target.id(), changed);
        publish(
                RegistryEvents.ASSET_UPDATED,
                target.id(),
                target.organizationId(),
                new RegistryEvents.AssetUpdated(
                        target.id(), target.kind().word(), changed.description(), changed.tags(), caller.subject()));
    }

    /** @param expected the asset that the alias must point at now, or null for whatever it points at */
    @Transactional
    public AliasView point(AssetKind kind, UUID id, String alias, @Nullable String expected, Caller caller) {
        requireAlias(alias);
        own(kind, id, caller);
        Target target = held(kind, id);
        LabelRepository.Named named = target.named();
        if (!target.state().equals(kind.goodState())) {
            throw RegistryProblem.NOT_READY_FOR_ALIAS.because(
                    "%s: %s is %s (expected: %s)".formatted(kind.idName(), id, target.state(), kind.goodState()));
        }
        labels.lock(named);
        UUID current = labels.ofAlias(named, alias).orElse(null);
        requireExpected(expected, current, alias);
        if (!id.equals(current)) {
            labels.point(named, alias, id, current, "moved", caller.subject());
            moved(named, alias, current, id, "moved");
        }
        return view(named, alias);
    }

    @Transactional
    public void remove(AssetKind kind, UUID id, String alias, @Nullable String expected, Caller caller) {
        requireAlias(alias);
        LabelRepository.Named named = own(kind, id, caller).named();
        labels.lock(named);
        UUID current = labels.ofAlias(named, alias)
                .orElseThrow(
                        () -> RegistryProblem.UNKNOWN_ALIAS.because("alias: %s@%s".formatted(named.name(), alias)));
        requireExpected(expected, current, alias);
        labels.remove(named, alias, current, caller.subject());
        moved(named, alias, current, null, "removed");
    }

    @Transactional(readOnly = true)
    public AssetAliases aliases(AssetKind kind, UUID id, Caller caller) {
        LabelRepository.Named named = own(kind, id, caller).named();
        return new AssetAliases(
                named.name(),
                labels.aliases(named).stream().map(AliasView::of).toList(),
                labels.history(named, LONGEST_HISTORY).stream()
                        .map(AssetAliases.Change::of)
                        .toList());
    }

    /** What still points at an asset; whoever deletes it must have locked it. */
    List<String> pointingAt(UUID id) {
        List<String> pointing = new ArrayList<>();
        labels.pointingAt(id).forEach(alias -> pointing.add("alias @" + alias));
        return pointing;
    }

    /** Every alias of an asset that was taken out goes back to the last one of its targets that is still good. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void on(AssetTakenOut out) {
        AssetKind kind = AssetKind.of(out.kind());
        Optional<Target> target = find(kind, out.assetId());
        if (target.isEmpty() || target.get().label().name() == null) {
            return;
        }
        LabelRepository.Named named = target.get().named();
        labels.lock(named);
        for (String alias : labels.pointingAt(out.assetId())) {
            labels.lastGood(named, alias).ifPresent(good -> {
                labels.point(named, alias, good, out.assetId(), "quarantine", PLATFORM);
                moved(named, alias, out.assetId(), good, "quarantine");
            });
        }
    }

    private AliasView view(LabelRepository.Named named, String alias) {
        return labels.aliases(named).stream()
                .filter(each -> each.alias().equals(alias))
                .findFirst()
                .map(AliasView::of)
                .orElseThrow();
    }

    private Target own(AssetKind kind, UUID id, Caller caller) {
        return switch (kind) {
            case DATASET -> Target.of(access.ownDataset(id, caller));
            case MODEL -> Target.of(access.ownModel(id, caller));
        };
    }

    private Target held(AssetKind kind, UUID id) {
        return switch (kind) {
            case DATASET -> Target.of(datasets.findHeld(id).orElseThrow());
            case MODEL -> Target.of(models.findHeld(id).orElseThrow());
        };
    }

    private Optional<Target> find(AssetKind kind, UUID id) {
        return switch (kind) {
            case DATASET -> datasets.find(id).map(Target::of);
            case MODEL -> models.find(id).map(Target::of);
        };
    }

    private static void requireAlias(String alias) {
        if (!ALIAS.matcher(alias).matches()) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "alias: not an alias (expected: a letter, then at most 49 of a-z, 0-9, '_' and '-')");
        }
    }

    private static void requireExpected(@Nullable String expected, @Nullable UUID current, String alias) {
        if (expected == null) {
            return;
        }
        String wanted = expected.strip().replace("\"", "");
        if (current == null || !wanted.equals(current.toString())) {
            throw RegistryProblem.ALIAS_MOVED.because("@%s: points at %s (expected, by If-Match: %s)"
                    .formatted(alias, current == null ? "nothing" : current, wanted));
        }
    }

    private void moved(LabelRepository.Named named, String alias, @Nullable UUID from, @Nullable UUID to, String why) {
        UUID subject = to != null ? to : from;
        if (subject != null) {
            publish(
                    RegistryEvents.ALIAS_MOVED,
                    subject,
                    named.organizationId(),
                    new RegistryEvents.AliasMoved(named.kind().word(), named.name(), alias, from, to, why));
        }
    }

    private void publish(String type, UUID id, UUID organizationId, Object payload) {
        outbox.publish(Topics.REGISTRY, CloudEvent.of(Registration.SOURCE, type, id, organizationId, payload));
    }
}
