package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.Form;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.time.Duration;
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
    private ResumableUploads uploads;

    @Autowired
    private StoredObjects objects;

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
        byte[] large = random(6_000_000);
        registerDataset(user, large);
        stage(company, large).keep();
        stage(company, random(6_000_000)).keep();
        assertThat(objects(company, "files/")).hasSize(2);
        stage(company, random(6_000_000));
        beginInParts(company);
        assertThat(unfinished(company)).hasSize(2);
        assertThat(stored(company, orphan)).exists();

        sweeper.sweep(Instant.now().minusSeconds(3600), Instant.now());
        assertThat(objects(company, "files/")).hasSize(2);
        assertThat(unfinished(company)).hasSize(2);
        assertThat(stored(company, orphan)).exists();

        sweeper.sweep(Instant.now().plusSeconds(60), Instant.now());
        assertThat(unfinished(company)).isEmpty();
        assertThat(objects(company, "")).as("parts on the store's disk").hasSize(2);
        assertThat(Files.readAllBytes(stored(company, large))).isEqualTo(large);
        assertThat(stored(company, orphan)).doesNotExist();
        assertThat(Files.readAllBytes(stored(company, kept))).isEqualTo(kept);
    }

    @Test
    void removesUploadsThatRestedTooLongAndPartsThatAreNobodys() throws Exception {
        UUID company = UUID.randomUUID();
        UUID unfinished = upload(company, 12_000_000, 7_000_000);
        UUID whole = upload(company, 6_000_000, 6_000_000);
        MultipartObject.begin(buckets.of(company), ResumableUpload.objectKey(UUID.randomUUID()));
        MultipartObject.begin(buckets.of(company), ResumableUpload.objectKey(unfinished));

        sweeper.sweep(Instant.now().minusSeconds(3600), Instant.now());
        assertThat(objects.unfinished(buckets.of(company), ResumableUpload.PREFIX))
                .as("only parts of uploads that go on")
                .hasSize(2);
        assertThat(uploads.find(whole, company).isWhole()).isTrue();
        assertThat(uploads.find(unfinished, company).offset()).isEqualTo(7_000_000);

        sweeper.sweep(Instant.now().minusSeconds(3600), Instant.now().plus(Duration.ofHours(25)));
        assertThat(objects(company, "")).isEmpty();
        assertThatThrownBy(() -> uploads.find(unfinished, company)).isInstanceOf(ProblemException.class);
    }

    @Test
    void keepsTheObjectOfAnUploadThatBecameAFile() throws Exception {
        UUID company = UUID.randomUUID();
        String user = TestIdentity.user(UUID.randomUUID(), "sweep", company, "DATA_SCIENTIST");
        UUID used = upload(company, 6_000_000, 6_000_000);
        Form form = Form.of().field("upload_id", used.toString()).field("metadata", METADATA);
        post("/dataset", user, form).expect(201);
        UUID put = upload(company, 6_000_000, 6_000_000);
        try (StagedFile claimed = store.claim(company, put, "dataset", 0)) {
            claimed.keep();
            jdbc.sql("delete from resumable_upload where id = :id")
                    .param("id", put)
                    .update();
        }
        assertThat(objects(company, "uploads/")).hasSize(2);

        sweeper.sweep(Instant.now().minusSeconds(3600), Instant.now().plus(Duration.ofHours(25)));
        assertThat(objects(company, "uploads/"))
                .as("a killed process's may still be referred to")
                .hasSize(2);
        sweeper.sweep(Instant.now().plusSeconds(60), Instant.now());
        assertThat(objects(company, "")).containsExactly("uploads/" + used + "/object");
    }

    private UUID upload(UUID company, int length, int sent) {
        UUID id = uploads.create(company, "somebody", length, UploadMetadata.parse(null))
                .id();
        uploads.append(id, company, 0, new ByteArrayInputStream(random(sent)), null);
        return id;
    }

    private void beginInParts(UUID company) throws Exception {
        MultipartObject object = MultipartObject.begin(
                buckets.of(company), "files/" + Instant.now().getEpochSecond() + "-" + UUID.randomUUID());
        Bucket.await(object.send(1, random(5 << 20), 5 << 20));
    }

    private List<MultipartObject> unfinished(UUID company) throws Exception {
        return objects.multipartBefore(buckets.of(company), Instant.now().plusSeconds(60));
    }

    private StagedFile stage(UUID company, byte[] content) {
        return store.stage(company, "dataset", new ByteArrayInputStream(content), "x.csv", "text/csv", 0);
    }
}
