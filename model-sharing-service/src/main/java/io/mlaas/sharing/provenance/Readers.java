package io.mlaas.sharing.provenance;

import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.registry.Assets;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.stereotype.Component;

/** The one place that decides whether somebody may see the evidence of a model, and how much of it. */
@Component
public class Readers {
    private final Assets assets;
    private final ObjectProvider<PublishedPassports> passports;

    Readers(Assets assets, ObjectProvider<PublishedPassports> passports) {
        this.assets = assets;
        this.passports = passports;
    }

    /**
     * One who may see the model, or an outsider of a published passport.
     *
     * @param caller empty for one who came without a token
     */
    public Reader of(UUID modelId, Optional<Caller> caller) {
        if (caller.isEmpty()) {
            return published(modelId)
                    .map(passport -> outsider(modelId, passport))
                    .orElseThrow(() -> new AuthenticationCredentialsNotFoundException("no caller, and no passport"));
        }
        try {
            ModelFacts model = assets.model(modelId, caller.get());
            return insider(model, assets.mayRead(modelId, caller.get()), published(modelId));
        } catch (ProblemException e) {
            if (e.problem().facts().status() != HttpStatus.NOT_FOUND) {
                throw e;
            }
            return outsider(modelId, published(modelId).orElseThrow(() -> e));
        }
    }

    /** Whoever may see the model is told no less than strangers. */
    private static Reader insider(
            ModelFacts model, boolean mayRead, Optional<PublishedPassports.Publication> passport) {
        boolean everything = mayRead
                || passport.map(PublishedPassports.Publication::everything).orElse(false);
        return new Reader(
                model,
                false,
                everything,
                passport.map(PublishedPassports.Publication::fields).orElse(Set.of()));
    }

    private Reader outsider(UUID modelId, PublishedPassports.Publication passport) {
        return new Reader(assets.publishedModel(modelId), true, passport.everything(), passport.fields());
    }

    private Optional<PublishedPassports.Publication> published(UUID modelId) {
        return passports
                .orderedStream()
                .map(policy -> policy.of(modelId))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
