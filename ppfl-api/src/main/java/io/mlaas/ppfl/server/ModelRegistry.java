package io.mlaas.ppfl.server;

import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers models that federations made. The same model again is registered once, so whoever dies in between, it is asked
 * again; while the registry is away, the federation waits for it.
 */
@Component
class ModelRegistry {
    private static final Logger log = LoggerFactory.getLogger(ModelRegistry.class);
    private static final Duration LEASE = Duration.ofMinutes(5);

    /** Answers that say something about this service or the moment, not about the model. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private final FinishedModels models;
    private final Federations federations;
    private final RestClient registry;
    private final JsonMapper json;
    private final Duration retryMost;
    private final TransactionTemplate transaction;

    ModelRegistry(
            FinishedModels models,
            Federations federations,
            ServiceClients clients,
            ServicesProperties services,
            JsonMapper json,
            FederationServerProperties properties,
            PlatformTransactionManager transactions) {
        this.models = models;
        this.federations = federations;
        this.registry = clients.restClient(services.modelSharing());
        this.json = json;
        this.retryMost = properties.retryMost();
        this.transaction = new TransactionTemplate(transactions);
    }

    /** @return whether the federation has ended by it */
    boolean register(Federation federation) {
        Optional<FinishedModels.Finished> due = models.take(federation.id(), LEASE);
        return due.isPresent() && register(federation, due.get());
    }

    private boolean register(Federation federation, FinishedModels.Finished model) {
        try {
            RegisteredSnapshot registered = ask(federation, model);
            if (registered.status().equals("PENDING") || registered.status().equals("STORED")) {
                return again(federation, model, "the chain has not recorded it yet");
            }
            ObjectNode metrics = (ObjectNode) json.readTree(model.record());
            Double epsilon = metrics.has("epsilon") ? metrics.path("epsilon").doubleValue() : null;
            transaction.executeWithoutResult(status -> {
                boolean unused = federations.succeeded(federation.id(), registered.modelId(), metrics, epsilon);
                models.forget(federation.id());
            });
            return true;
        } catch (HttpClientErrorException refused) {
            if (PASSING.contains(refused.getStatusCode().value())) {
                return again(
                        federation,
                        model,
                        "the registry answers " + refused.getStatusCode().value());
            }
            log.warn("the registry refuses the model of federation {}", federation.id(), refused);
            return federations.move(
                    federation.id(),
                    FederationState.FAILED,
                    "the registry refuses the model: " + refused.getStatusCode().value());
        } catch (RestClientException away) {
            log.debug("the registry cannot be asked now", away);
            return again(federation, model, "the registry cannot be asked now");
        }
    }

    private boolean again(Federation federation, FinishedModels.Finished model, String reason) {
        Duration pause = Duration.ofSeconds(1L << Math.min(10, model.attempts() - 1));
        models.again(federation.id(), reason, pause.compareTo(retryMost) < 0 ? pause : retryMost);
        return false;
    }

    private RegisteredSnapshot ask(Federation federation, FinishedModels.Finished model) {
        var form = new LinkedMultiValueMap<String, HttpEntity<?>>();
        form.add("record", text(model.record()));
        form.add("learner", text(json.writeValueAsString(federation.plan())));
        HttpHeaders ofArtifact = new HttpHeaders();
        ofArtifact.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        form.add("artifact", new HttpEntity<>(new Archive(model.content(), federation.name()), ofArtifact));
        return registry.post()
                .uri(
                        "/internal/snapshot?learner_id={federation}&snapshot=1&format=torchscript"
                                + "&organization_id={company}&requested_by={user}",
                        federation.id(),
                        federation.organizationId(),
                        federation.requestedBy())
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .requiredBody(RegisteredSnapshot.class);
    }

    private static HttpEntity<byte[]> text(String json) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        return new HttpEntity<>(json.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static final class Archive extends ByteArrayResource {
        private final String name;

        Archive(byte[] content, String name) {
            super(content);
            this.name = name;
        }

        @Override
        public String getFilename() {
            return name + ".pt";
        }
    }
}
