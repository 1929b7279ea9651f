package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.ProblemException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Finds what {@code name@alias} and {@code name:version} mean in a company. */
@Component
class References {
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<name>[a-z0-9][a-z0-9._-]{0,99})(?:@(?<alias>[a-z][a-z0-9_-]{0,49})|:(?<version>[1-9][0-9]{0,8}))");

    private final LabelRepository labels;

    References(LabelRepository labels) {
        this.labels = labels;
    }

    static boolean isReference(String text) {
        return REFERENCE.matcher(text).matches();
    }

    /** @param reference that {@link #isReference} */
    Optional<UUID> find(AssetKind kind, UUID organizationId, String reference) {
        Matcher matcher = REFERENCE.matcher(reference);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var named = new LabelRepository.Named(organizationId, kind, matcher.group("name"));
        String alias = matcher.group("alias");
        return alias != null
                ? labels.ofAlias(named, alias)
                : labels.ofVersion(named, Integer.parseInt(matcher.group("version")));
    }

    /** The id of the dataset that a text means; a text that is no reference is given back. */
    String datasetId(UUID organizationId, String text) {
        return isReference(text)
                ? find(AssetKind.DATASET, organizationId, text)
                        .orElseThrow(() -> unknown(AssetKind.DATASET.idName(), text))
                        .toString()
                : text;
    }

    static ProblemException unknown(String idName, String reference) {
        RegistryProblem problem =
                switch (idName) {
                    case "dataset_id" -> RegistryProblem.UNKNOWN_DATASET;
                    case "model_id" -> RegistryProblem.UNKNOWN_MODEL;
                    default -> RegistryProblem.UNKNOWN_ASSET;
                };
        return problem.because(idName + ": " + reference);
    }
}
