package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.Delivery;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Sends the files of datasets and models, after asking the chain what they must be. */
@Component
class Download {
    private final Chain chain;
    private final Delivery delivery;
    private final Quarantine quarantine;

    Download(Chain chain, Delivery delivery, Quarantine quarantine) {
        this.chain = chain;
        this.delivery = delivery;
        this.quarantine = quarantine;
    }

    void dataset(Dataset dataset, HttpServletRequest request, HttpServletResponse response) {
        dataset.requireIntact();
        if (!(chain.read(dataset.id(), dataset.anchoredAt()) instanceof ContractMetadata.Dataset contract)) {
            throw quarantine.dataset(dataset, "a dataset's contract", null, "its contract is a model's");
        }
        delivery.send(
                dataset.artifact(),
                contract.sha256(),
                request,
                response,
                (found, reason) -> quarantine.dataset(dataset, contract.sha256(), found, reason));
    }

    void result(Model model, HttpServletRequest request, HttpServletResponse response) {
        Artifact result = model.trainedResult();
        send(model, result, modelContract(model).resSha256(), request, response);
    }

    void definition(Model model, HttpServletRequest request, HttpServletResponse response) {
        Artifact definition = model.definition();
        if (definition == null) {
            throw RegistryProblem.NO_DEFINITION.because("model_id: " + model.id());
        }
        if (model.state() == ModelState.QUARANTINED) {
            throw Anchored.quarantined(model.id(), model.reason());
        }
        send(model, definition, modelContract(model).definitionSha256(), request, response);
    }

    private void send(
            Model model,
            Artifact artifact,
            @Nullable String onChain,
            HttpServletRequest request,
            HttpServletResponse response) {
        String expected = onChain == null ? "none" : onChain;
        delivery.send(
                artifact,
                expected,
                request,
                response,
                (found, reason) -> quarantine.model(model, expected, found, reason));
    }

    private ContractMetadata.ModelParams modelContract(Model model) {
        UUID id = model.id();
        if (chain.read(id, model.anchoredAt()) instanceof ContractMetadata.Model contract) {
            return contract.modelParams();
        }
        throw quarantine.model(model, "a model's contract", null, "its contract is a dataset's");
    }
}
