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
            if (assets.mayRead(modelId, caller.get())) {
                return new Reader(model, false, true, Set.of());
            }
            // Whoever may see a model, but not read it, is told what everybody is told.
            return published(modelId)
                    .map(passport -> new Reader(model, false, passport.everything(), passport.fields()))
                    .orElseGet(() -> new Reader(model, false, false, Set.of()));
        } catch (ProblemException e) {
            if (e.problem().facts().status() != HttpStatus.NOT_FOUND) {
                throw e;
            }
            return outsider(modelId, published(modelId).orElseThrow(() -> e));
        }
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
