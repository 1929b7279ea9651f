package io.mlaas.sharing;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.ANONYMOUS;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.JOB;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TokenContract;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class AuthorizationTest extends RegistryServer {
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String acme = TestIdentity.acmeScientist();
        UUID dataset = registerDataset(acme, random(10));
        UUID model = trainedModel(acme, random(10));
        UUID training = registerModel(acme, registerDataset(acme, random(10)));
        String upload = upload(acme);
        String grantee = UUID.randomUUID().toString();
        String webhook = postJson("/webhooks", TestIdentity.acmeOperator(), "{\"url\":\"http://127.0.0.1:9/\"}")
                .expect(201)
                .json()
                .path("id")
                .asString();
        new AuthorizationMatrix("model-sharing-service", "http://127.0.0.1:" + port, handlers)
                .job(jobCredential(training, UUID.randomUUID()))
                .company("listDatasets", DATA_SCIENTIST, OPERATOR)
                .company("registerDataset", DATA_SCIENTIST)
                .asset("downloadDataset", dataset, DATA_SCIENTIST, JOB)
                .asset("datasetMetadata", dataset, DATA_SCIENTIST, OPERATOR)
                .asset("datasetStatus", dataset, DATA_SCIENTIST, OPERATOR, SERVICE)
                .company("listModels", DATA_SCIENTIST, OPERATOR)
                .company("registerModel", DATA_SCIENTIST)
                .asset("downloadModel", model, DATA_SCIENTIST)
                .asset("registerResult", model, JOB)
                .asset("translationCertificate", model, DATA_SCIENTIST, OPERATOR)
                .asset("downloadDefinition", model, DATA_SCIENTIST, JOB, SERVICE)
                .asset("modelMetadata", model, DATA_SCIENTIST, OPERATOR)
                .asset("modelStatus", model, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("assetMetadata", model, DATA_SCIENTIST, OPERATOR)
                .asset("releaseDataset", dataset, OPERATOR)
                .asset("releaseModel", model, OPERATOR)
                .company("scrubReport", OPERATOR, ADMIN)
                .company("startScrub", OPERATOR, ADMIN)
                .asset("deleteDataset", dataset, DATA_SCIENTIST)
                .asset("deleteModel", model, DATA_SCIENTIST)
                .asset("grantDataset", dataset, DATA_SCIENTIST)
                .asset("grantModel", model, DATA_SCIENTIST)
                .asset("revokeDataset", dataset, DATA_SCIENTIST)
                .asset("revokeModel", model, DATA_SCIENTIST)
                .json("grantDataset", "{\"permissions\":[\"read\"]}")
                .json("grantModel", "{\"permissions\":[\"read\"]}")
                .with("grantDataset", "organization_id", grantee)
                .with("grantModel", "organization_id", grantee)
                .with("revokeDataset", "organization_id", grantee)
                .with("revokeModel", "organization_id", grantee)
                .asset("datasetGrants", dataset, DATA_SCIENTIST, OPERATOR)
                .asset("modelGrants", model, DATA_SCIENTIST, OPERATOR)
                .company("listGrants", DATA_SCIENTIST, OPERATOR)
                .platform("modelForUse", SERVICE)
                .platform("datasetForUse", SERVICE)
                .company("createWebhook", OPERATOR)
                .company("listWebhooks", OPERATOR)
                .asset("webhook", webhook, OPERATOR)
                .asset("changeWebhook", webhook, OPERATOR)
                .json("changeWebhook", "{}")
                .asset("deleteWebhook", webhook, OPERATOR)
                .asset("webhookDeliveries", webhook, OPERATOR)
                .asset("redeliver", webhook, OPERATOR)
                .with("redeliver", "delivery_id", UUID.randomUUID().toString())
                .asset("testWebhook", webhook, OPERATOR)
                .asset("changeDataset", dataset, DATA_SCIENTIST)
                .json("changeDataset", "{}")
                .asset("changeModel", model, DATA_SCIENTIST)
                .json("changeModel", "{}")
                .asset("datasetAliases", dataset, DATA_SCIENTIST, OPERATOR)
                .asset("modelAliases", model, DATA_SCIENTIST, OPERATOR)
                .asset("pointDatasetAlias", dataset, DATA_SCIENTIST)
                .with("pointDatasetAlias", "alias", "champion")
                .asset("pointModelAlias", model, DATA_SCIENTIST)
                .with("pointModelAlias", "alias", "champion")
                .asset("removeDatasetAlias", dataset, DATA_SCIENTIST)
                .with("removeDatasetAlias", "alias", "champion")
                .asset("removeModelAlias", model, DATA_SCIENTIST)
                .with("removeModelAlias", "alias", "champion")
                .platform("trainingOrder", SERVICE)
                .platform("jobCredential", SERVICE)
                .platform("registerTranslation", SERVICE)
                .platform("latestTranslation", SERVICE)
                .platform("registerSnapshot", SERVICE)
                .platform("registerTraining", SERVICE)
                .json("registerTraining", "{}")
                .platform("recordTraining", SERVICE)
                .platform("recordReproduction", SERVICE)
                .asset("modelProvenance", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelSignature", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelProof", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .with("modelProof", "of", "file")
                .asset("datasetProof", dataset, DATA_SCIENTIST, OPERATOR, SERVICE)
                .with("datasetProof", "of", "file")
                .asset("modelKeys", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelReproductions", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelPassport", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelBadge", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelBillOfMaterials", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("modelCard", model, ANONYMOUS, DATA_SCIENTIST, OPERATOR, SERVICE)
                .asset("publishPassport", model, DATA_SCIENTIST)
                .json("publishPassport", "{\"published\": false}")
                .asset("attestModel", model, OPERATOR)
                .asset("disclosableFacts", model, DATA_SCIENTIST, OPERATOR)
                .asset("discloseFacts", model, DATA_SCIENTIST)
                .json("discloseFacts", "{\"fields\":[\"dataset\"]}")
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .platform("status", ADMIN)
                .company("uploadOptions", DATA_SCIENTIST)
                .company("createUpload", DATA_SCIENTIST)
                .asset("uploadOffset", upload, DATA_SCIENTIST)
                .asset("continueUpload", upload, DATA_SCIENTIST)
                .asset("terminateUpload", upload, DATA_SCIENTIST)
                .verify();
    }

    private String upload(String token) throws Exception {
        return send(request("/uploads", token)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", "10")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .expect(201)
                .header("Location")
                .substring("/uploads/".length());
    }

    @Test
    void takesNoTokenButThePlatformsOwn() throws Exception {
        TokenContract tokens = new TokenContract(URI.create("http://127.0.0.1:" + port + "/model"));
        tokens.verify();
        tokens.knowsRolesByTheirExactNames();
    }
}
