package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What certificates say, what they were compared with, and who signed them. */
class CertificateTest extends RunningService {
    @Test
    void showsTheCertificateAlone() throws Exception {
        UUID id = trained("mlp.pt");
        JsonNode made = json.readTree(translate(id).body());

        HttpResponse<String> shown = send(HttpRequest.newBuilder(URI.create(url(id) + "/certificate"))
                .header("Authorization", "Bearer " + TestIdentity.acmeOperator())
                .GET());

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(json.readTree(shown.body())).isEqualTo(made.get("certificate"));
    }

    @Test
    void signsItsCertificatesWithAKeyThatItPublishes() throws Exception {
        UUID id = trained("mlp.pt");
        translate(id);
        String certificate = send(HttpRequest.newBuilder(URI.create(url(id) + "/certificate"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .GET())
                .body();
        JsonNode keys =
                json.readTree(send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/translate/keys"))
                                .header("Authorization", "Bearer " + TestIdentity.acmeOperator())
                                .GET())
                        .body());

        assertThat(certificate).isEqualTo(REGISTRY.translations().getFirst().certificate());
        assertThat(keys.at("/keys/0/current").asBoolean()).isTrue();
        PublicKey published = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getDecoder().decode(keys.at("/keys/0/public_key").asString())));
        assertThat(SignedCertificate.fromJson(certificate).isSignedBy(published))
                .isTrue();
        assertThat(json.readTree(certificate).path("source_model_id").asString())
                .isEqualTo(id.toString());
        String changed = certificate.replace("\"passed\":true", "\"passed\":false");
        assertThatThrownBy(() -> SignedCertificate.fromJson(changed))
                .hasMessageContaining("other fields are shown than are signed");
    }

    @Test
    void comparesWithWhatTheSourceFrameworkComputed() throws Exception {
        UUID id = trained("mlp.pt");
        byte[] recorded = Recorded.inputsAndOutputs(SAMPLES.resolve("mlp.pt"), 0);

        HttpResponse<String> made = withReference(id, recorded);
        HttpResponse<String> again = withReference(id, recorded);
        HttpResponse<String> plain = translate(id);

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(made.body()).get("certificate");
        assertThat(certificate.at("/recorded/sha256").asString()).isEqualTo(FakeRegistry.sha256(recorded));
        assertThat(certificate.at("/recorded/passed").asBoolean()).isTrue();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(plain.statusCode()).isEqualTo(201);
        assertThat(json.readTree(plain.body()).get("model_id"))
                .isNotEqualTo(json.readTree(made.body()).get("model_id"));
        assertNothingLeft();
    }

    @Test
    void refusesWhatDiffersFromTheRecordedAndWhatIsNoRecord() throws Exception {
        UUID id = trained("mlp.pt");

        assertProblem(
                withReference(id, Recorded.inputsAndOutputs(SAMPLES.resolve("mlp.pt"), 0.5f)),
                422,
                "TRANSLATION_DIFFERS");
        assertProblem(withReference(id, new byte[] {1, 2, 3}), 422, "TRANSLATION_REFERENCE_UNFIT");
        assertProblem(
                withReference(id, Recorded.zipped("z.npy", Recorded.npy(3, 1))), 422, "TRANSLATION_REFERENCE_UNFIT");
        assertProblem(withReference(id, new byte[(256 << 10) + 1]), 413, "TOO_LARGE");
        byte[] bomb = Recorded.zipped("inputs.npy", new byte[1 << 20]);
        assertThat(bomb.length).isLessThan(10_000);
        assertProblem(withReference(id, bomb), 413, "TRANSLATION_REFERENCE_TOO_LARGE");
        assertThat(REGISTRY.translations()).isEmpty();
        assertNothingLeft();
    }

    @Test
    void takesTheInputsFromTheRangesOfTheDataset() throws Exception {
        UUID model = trained("mlp.pt");
        UUID dataset = REGISTRY.addDataset(
                TestIdentity.ACME, "rows.csv", "class,a,b,c,d,e,f\n1,1,2,3,4,5,6\n0,-1,7,3,4,5,9\n", "{}");
        REGISTRY.trainedOn(model, dataset, null);

        JsonNode certificate = json.readTree(translate(model).body()).get("certificate");

        assertThat(certificate.path("input_ranges").asString()).isEqualTo("dataset " + dataset);
    }

    @Test
    void takesTheInputsFromTheRangesOfArraysToo() throws Exception {
        UUID model = trained("mlp.pt");
        byte[] table = Recorded.npy(2, 7, 1, 2, 3, 4, 5, 6, 1, -1, 7, 3, 4, 5, 9, 0);
        UUID dataset = REGISTRY.addDataset(TestIdentity.ACME, "rows.npy", table, "{}");
        REGISTRY.trainedOn(model, dataset, null);

        JsonNode certificate = json.readTree(translate(model).body()).get("certificate");

        assertThat(certificate.path("input_ranges").asString()).isEqualTo("dataset " + dataset);
    }

    @Test
    void saysWhyItDidNotTakeTheRangesOfTheDataset() throws Exception {
        UUID model = trained("mlp.pt");
        UUID dataset = REGISTRY.addDataset(TestIdentity.ACME, "rows.csv", "a,b,class\n1,2,3\n4,5,6\n", "{}");
        REGISTRY.trainedOn(model, dataset, null);
        assertRandom(model, "dataset " + dataset + ": 2 features (expected: 6");
        UUID other = trained("mlp.pt");
        UUID large = REGISTRY.addDataset(TestIdentity.ACME, "rows.csv", "1,".repeat(40_000), "{}");
        REGISTRY.trainedOn(other, large, null);
        assertRandom(other, "80000 bytes (expected: <= 65536)");
        UUID third = trained("mlp.pt");
        REGISTRY.trainedOn(third, REGISTRY.addDataset(TestIdentity.GLOBEX, "rows.csv", "1,2", "{}"), null);
        assertRandom(third, "the registry does not give it");
    }

    private void assertRandom(UUID model, String why) throws Exception {
        JsonNode certificate = json.readTree(translate(model).body()).get("certificate");
        assertThat(certificate.path("input_ranges").asString()).isEqualTo("standard_normal");
        assertThat(certificate.path("input_ranges_note").asString()).contains(why);
    }

    private HttpResponse<String> withReference(UUID id, byte[] npz) throws IOException, InterruptedException {
        return send(request(TestIdentity.acmeScientist(), id)
                .header("Content-Type", "multipart/form-data; boundary=" + Recorded.BOUNDARY)
                .POST(BodyPublishers.ofByteArray(Recorded.form("reference", "io.npz", npz))));
    }
}
