package io.mlaas.stack.s3;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The companies' access keys: object {@code <access-key>.json} in the admin's bucket {@value #BUCKET},
 * {@code {"secret_key": …, "bucket": …}}. Only what was found is remembered, and only briefly: a new key
 * works at once, a removed one stops within {@link #REMEMBERED}.
 */
final class CompanyKeys {

    static final String BUCKET = "mlaas-iam";
    static final Duration REMEMBERED = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(CompanyKeys.class);
    private static final Pattern ACCESS_KEY = Pattern.compile("[A-Za-z0-9_-]{3,128}");
    private static final int LARGEST_RECORD = 4096;

    private record Remembered(CompanyKey key, Instant until) {}

    private final BlobStore store;
    private final Clock clock;
    private final JsonMapper json = new JsonMapper();
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    CompanyKeys(BlobStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    Optional<CompanyKey> find(String accessKey) {
        Remembered known = remembered.get(accessKey);
        if (known != null && clock.instant().isBefore(known.until())) {
            return Optional.of(known.key());
        }
        Optional<CompanyKey> found = read(accessKey);
        found.ifPresentOrElse(
                key -> remembered.put(
                        accessKey, new Remembered(key, clock.instant().plus(REMEMBERED))),
                () -> remembered.remove(accessKey));
        return found;
    }

    private Optional<CompanyKey> read(String accessKey) {
        if (!ACCESS_KEY.matcher(accessKey).matches()) {
            return Optional.empty();
        }
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(BUCKET)
                .key(accessKey + ".json")
                .build();
        try (InputStream in = store.getBlob(request)) {
            CompanyKey key = json.readValue(in.readNBytes(LARGEST_RECORD), CompanyKey.class);
            if (key.secretKey() == null || key.secretKey().isEmpty() || key.bucket() == null) {
                log.warn("{}/{}.json: incomplete (expected: secret_key and bucket); refused", BUCKET, accessKey);
                return Optional.empty();
            }
            if (key.bucket().equals(BUCKET)) {
                log.warn("{}/{}.json: bucket: {} (expected: a company's bucket); refused", BUCKET, accessKey, BUCKET);
                return Optional.empty();
            }
            return Optional.of(key);
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            log.warn("{}/{}.json: unreadable; refused", BUCKET, accessKey, e);
            return Optional.empty();
        }
    }
}
