package io.mlaas.sharing.registry;

import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.Delivery;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;

/** Sends the files of datasets and models, after asking the chain what they must be. */
@Component
class Download {
    private final Integrity integrity;
    private final Delivery delivery;
    private final Quarantine quarantine;

    Download(Integrity integrity, Delivery delivery, Quarantine quarantine) {
        this.integrity = integrity;
        this.delivery = delivery;
        this.quarantine = quarantine;
    }

    void dataset(Dataset dataset, HttpServletRequest request, HttpServletResponse response) {
        dataset.requireIntact();
        integrity.contractBreach(dataset).ifPresent(breach -> {
            throw quarantine.dataset(dataset, breach);
        });
        String sha256 = dataset.artifact().sha256();
        delivery.send(
                dataset.artifact(),
                sha256,
                request,
                response,
                (found, reason) -> quarantine.dataset(dataset, sha256, found, reason));
    }

    void result(Model model, HttpServletRequest request, HttpServletResponse response) {
        send(model, model.trainedResult(), request, response);
    }

    void definition(Model model, HttpServletRequest request, HttpServletResponse response) {
        Artifact definition = model.definition();
        if (definition == null) {
            throw RegistryProblem.NO_DEFINITION.because("model_id: " + model.id());
        }
        if (model.state() == ModelState.QUARANTINED) {
            throw Anchored.quarantined(model.id(), model.reason());
        }
        send(model, definition, request, response);
    }

    private void send(Model model, Artifact artifact, HttpServletRequest request, HttpServletResponse response) {
        integrity.contractBreach(model).ifPresent(breach -> {
            throw quarantine.model(model, breach);
        });
        delivery.send(
                artifact,
                artifact.sha256(),
                request,
                response,
                (found, reason) -> quarantine.model(model, artifact.sha256(), found, reason));
    }
}
