package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.sharing.RegistryServer;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a process that was killed in the middle of an upload leaves behind. */
class SweeperTest extends RegistryServer {
    @Autowired
    private Sweeper sweeper;

    @Autowired
    private ArtifactStore store;

    @Autowired
    private CompanyBuckets buckets;

    @Test
    void removesWhatNothingRefersToAndKeepsTheRest() throws Exception {
        UUID company = UUID.randomUUID();
        String user = TestIdentity.user(UUID.randomUUID(), "sweep", company, "DATA_SCIENTIST");
        byte[] kept = random(10);
        registerDataset(user, kept);
        byte[] orphan = random(10);
        stage(company, orphan).keep();
        stage(company, kept).keep();
        stage(company, random(6_000_000));
        assertThat(objects(company, "staging/")).hasSize(1);
        beginInParts(company);
        assertThat(unfinished(company)).hasSize(1);
        assertThat(stored(company, orphan)).exists();

        sweeper.sweep(Instant.now().minusSeconds(3600));
        assertThat(objects(company, "staging/")).hasSize(1);
        assertThat(unfinished(company)).hasSize(1);
        assertThat(stored(company, orphan)).exists();

        sweeper.sweep(Instant.now().plusSeconds(60));
        assertThat(objects(company, "staging/")).isEmpty();
        assertThat(unfinished(company)).isEmpty();
        assertThat(objects(company, "")).as("parts on the store's disk").allMatch(name -> name.startsWith("sha256/"));
        assertThat(stored(company, orphan)).doesNotExist();
        assertThat(Files.readAllBytes(stored(company, kept))).isEqualTo(kept);
    }

    private void beginInParts(UUID company) throws Exception {
        MultipartObject object = MultipartObject.begin(
                buckets.of(company), "staging/" + Instant.now().getEpochSecond() + "-" + UUID.randomUUID());
        MultipartObject.await(object.send(1, random(5 << 20), 5 << 20));
    }

    private List<MultipartObject> unfinished(UUID company) throws Exception {
        return store.multipartBefore(buckets.of(company), Instant.now().plusSeconds(60));
    }

    private StagedFile stage(UUID company, byte[] content) {
        return store.stage(company, "dataset", new ByteArrayInputStream(content), "x.csv", "text/csv", 0);
    }
}
