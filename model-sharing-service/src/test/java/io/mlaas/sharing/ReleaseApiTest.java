package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Out of quarantine, once the bytes are good again. */
class ReleaseApiTest extends RegistryServer {
    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "scientist", company, "DATA_SCIENTIST");
    private final UUID operatorId = UUID.randomUUID();
    private final String operator = TestIdentity.user(operatorId, "operator", company, "OPERATOR");

    private Answer release(String asset) throws Exception {
        return postJson(asset + "/release", operator, "");
    }

    private String quarantined(String asset, byte[] content) throws Exception {
        flipOneByte(stored(company, content));
        assertThat(get(asset, user).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        return asset;
    }

    @Test
    void aDatasetIsReleasedOnceItsBytesAreGoodAgain() throws Exception {
        byte[] content = random(5000);
        UUID id = registerDataset(user, content);
        String dataset = quarantined("/dataset/" + id, content);

        assertThat(release(dataset).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(events(id, RegistryEvents.ASSET_RELEASED)).isEmpty();

        registerDataset(user, content); // the same bytes again: they are one object
        get(dataset, user).expect(409);
        Answer released = release(dataset).expect(200);

        assertThat(released.json().path("status").asString()).isEqualTo("REGISTERED");
        assertThat(get(dataset, user).expect(200).body()).isEqualTo(content);
        assertThat(events(id, RegistryEvents.ASSET_RELEASED)).singleElement().satisfies(event -> assertThat(
                        event.path("released_by").asString())
                .isEqualTo(operatorId.toString()));
        assertThat(release(dataset).expect(409).code()).isEqualTo("NOT_QUARANTINED");
    }

    @Test
    void aModelIsReleasedAndIsTrainedAsBefore() throws Exception {
        byte[] content = random(5000);
        UUID id = trainedModel(user, content);
        String model = quarantined("/model/" + id, content);
        assertThat(release(model).expect(409).code()).isEqualTo("ASSET_QUARANTINED");

        registerDataset(user, content);

        assertThat(release(model).expect(200).json().path("status").asString()).isEqualTo("TRAINED");
        assertThat(get(model, user).expect(200).body()).isEqualTo(content);
    }

    @Test
    void aCompanyWithAGrantReleasesNothing() throws Exception {
        byte[] content = random(5000);
        UUID id = registerDataset(user, content);
        UUID other = UUID.randomUUID();
        send(request("/dataset/" + id + "/grants/" + other, user)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"permissions\":[\"read\"]}"))
                        .build())
                .expect(201);
        String dataset = quarantined("/dataset/" + id, content);
        registerDataset(user, content);
        String theirs = TestIdentity.user(UUID.randomUUID(), "operator", other, "OPERATOR");
        postJson(dataset + "/release", theirs, "").expect(403);
        get(dataset, user).expect(409);
    }

    @Test
    void nothingIsReleasedWhileTheChainCannotBeAsked() throws Exception {
        byte[] content = random(5000);
        String dataset = quarantined("/dataset/" + registerDataset(user, content), content);
        registerDataset(user, content);
        chain.down(true);
        assertThat(release(dataset).expect(503).code()).isEqualTo("CHAIN_UNREACHABLE");
        chain.down(false);
        get(dataset, user).expect(409);
        release(dataset).expect(200);
    }
}
