package io.mlaas.sharing.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The master key changes while the service works. */
class MasterKeyRotationTest extends RegistryServer {

    @Test
    void sealsEveryCompanysCredentialsAnewWhileTheServiceWorks() throws Exception {
        registerDataset(TestIdentity.acmeScientist(), random(100));
        UUID early = sealedBeforeKeysHadNames();
        String before = Files.readString(MASTER_KEY_FILE);
        Files.writeString(MASTER_KEY_FILE, Base64.getEncoder().encodeToString(random32()) + "\n" + before);
        MasterKeys both = MasterKeys.from("keys", null, MASTER_KEY_FILE);

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var status = get("/keys/master", TestIdentity.admin()).expect(200).json();
            assertThat(status.path("current").asString()).isEqualTo(both.currentId());
            assertThat(status.path("left").asLong()).isZero();
        });

        registerDataset(TestIdentity.acmeScientist(), random(100));
        Seal onlyTheNewOne = new Seal(
                MasterKeys.from(
                        "keys",
                        Files.readString(MASTER_KEY_FILE).lines().findFirst().orElseThrow(),
                        null),
                "bucket");
        assertThat(onlyTheNewOne.open(TestIdentity.ACME, sealed(TestIdentity.ACME)))
                .isNotEmpty();
        assertThat(onlyTheNewOne.open(early, sealed(early)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{}");
    }

    @Test
    void onlyAnAdministratorSeesWhichKeysSealWhat() throws Exception {
        get("/keys/master", null).expect(401);
        get("/keys/master", TestIdentity.acmeScientist()).expect(403);
        get("/keys/master", TestIdentity.acmeOperator()).expect(403);
        assertThat(new String(
                        get("/keys/master", TestIdentity.admin()).expect(200).body(), StandardCharsets.UTF_8))
                .doesNotContain(
                        Files.readString(MASTER_KEY_FILE).lines().findFirst().orElseThrow());
    }

    /** A row of the first release. */
    private UUID sealedBeforeKeysHadNames() throws Exception {
        UUID company = UUID.randomUUID();
        String key = Files.readString(MASTER_KEY_FILE).lines().findFirst().orElseThrow();
        byte[] nonce = random(12);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(Base64.getDecoder().decode(key), "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(("mlaas bucket " + company).getBytes(StandardCharsets.US_ASCII));
        byte[] text = cipher.doFinal(bytes("{}"));
        jdbc.sql("insert into organization (id, bucket, sealed_credentials) values (:id, :bucket, :sealed)")
                .param("id", company)
                .param("bucket", company.toString())
                .param(
                        "sealed",
                        ByteBuffer.allocate(13 + text.length)
                                .put((byte) 1)
                                .put(nonce)
                                .put(text)
                                .array())
                .update();
        return company;
    }

    private byte[] sealed(UUID company) {
        return jdbc.sql("select sealed_credentials from organization where id = :id")
                .param("id", company)
                .query((row, number) -> row.getBytes(1))
                .single();
    }

    private static byte[] random32() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
