package io.mlaas.ppfl.delivery;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What is to be copied where, in PostgreSQL; keys are sealed, and gone when nothing needs them any more. */
@Component
public class Deliveries {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern OBJECT = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

    private final JdbcClient jdbc;
    private final Seal seal;
    private final DeliveryProperties properties;

    Deliveries(JdbcClient jdbc, MasterKeys keys, DeliveryProperties properties) {
        this.jdbc = jdbc;
        this.seal = new Seal(keys, DeliveryConfiguration.SEALED_AS);
        this.properties = properties;
    }

    /** One that is to be copied now. */
    record Due(UUID federation, UUID organization, DeliveryTarget target, int attempts, boolean late) {}

    /**
     * Looks whether a model could go there.
     *
     * @param wrong is told the value and what was expected instead
     */
    public void check(DeliveryTarget target, BiConsumer<String, String> wrong) {
        URI endpoint = endpoint(target);
        if (endpoint == null) {
            wrong.accept(
                    target.host().contains("@") ? "(not shown)" : target.host(),
                    "the name of a host, with https:// and a port if need be"
                            + (properties.allowHttp() ? "" : "; not http://"));
        } else if (!properties.allowsHost(endpoint.getHost())) {
            wrong.accept(target.host(), "one of " + properties.allowedHosts());
        }
        if (!BUCKET.matcher(bucket(target)).matches()) {
            wrong.accept(bucket(target), "a bucket: 3 to 63 small letters, digits, '.' and '-'");
        }
        if (!OBJECT.matcher(target.object()).matches()
                || target.object().contains("..")
                || target.object().length() > 200) {
            wrong.accept(target.object(), "the name of an object: letters, digits, '_', '.', '-' and '/'");
        }
    }

    private @Nullable URI endpoint(DeliveryTarget target) {
        String text = target.host().contains("://") ? target.host() : "https://" + target.host();
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean known = scheme.equals("https") || (scheme.equals("http") && properties.allowHttp());
            boolean plain = uri.getHost() != null
                    && HOST.matcher(uri.getHost()).matches()
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath() == null || uri.getRawPath().isEmpty());
            return known && plain ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private String bucket(DeliveryTarget target) {
        return target.bucket() == null ? properties.usualBucket() : target.bucket();
    }

    /** Writes down what is to be copied when there is a model; in the transaction that stores the federation. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void order(UUID federation, UUID organization, DeliveryTarget target) {
        String keys = target.accessKey() + "\n" + target.secretKey();
        jdbc.sql("""
                insert into federation_delivery (federation_id, organization_id, endpoint, bucket, object, sealed_keys)
                values (:id, :organization, :endpoint, :bucket, :object, :keys)
                """)
                .param("id", federation)
                .param("organization", organization)
                .param("endpoint", String.valueOf(endpoint(target)))
                .param("bucket", bucket(target))
                .param("object", target.object())
                .param("keys", seal.seal(federation, keys.getBytes(StandardCharsets.UTF_8)))
                .update();
    }

    /** There is a model. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void due(UUID federation) {
        jdbc.sql("""
                update federation_delivery set state = 'DUE', due_at = now(), next_at = now()
                where federation_id = :id and state = 'WAITING'
                """).param("id", federation).update();
    }

    /** There will be none. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void drop(UUID federation) {
        jdbc.sql("""
                update federation_delivery set state = 'DROPPED', sealed_keys = null, ended_at = now()
                where federation_id = :id and state = 'WAITING'
                """).param("id", federation).update();
    }

    public Optional<DeliveryStatus> find(UUID federation) {
        return jdbc.sql("select * from federation_delivery where federation_id = :id")
                .param("id", federation)
                .query((row, number) -> {
                    Timestamp ended = row.getTimestamp("ended_at");
                    return new DeliveryStatus(
                            row.getString("endpoint"),
                            row.getString("bucket"),
                            row.getString("object"),
                            row.getString("state"),
                            row.getString("reason"),
                            row.getInt("attempts"),
                            row.getString("sha256"),
                            row.getObject("size_bytes", Long.class),
                            ended == null ? null : ended.toInstant());
                })
                .optional();
    }

    /** One that is due, which for the time of the lease is nobody else's. */
    Optional<Due> take() {
        return jdbc.sql("""
                update federation_delivery set attempts = attempts + 1,
                    next_at = clock_timestamp() + make_interval(secs => :lease)
                where federation_id = (
                    select federation_id from federation_delivery where state = 'DUE' and next_at <= clock_timestamp()
                    order by next_at limit 1 for update skip locked)
                returning *, due_at < now() - make_interval(secs => :giveUp) as late
                """)
                .param("lease", seconds(properties.lease()))
                .param("giveUp", seconds(properties.giveUp()))
                .query((row, number) -> {
                    UUID federation = row.getObject("federation_id", UUID.class);
                    String[] keys = new String(
                                    seal.open(federation, row.getBytes("sealed_keys")), StandardCharsets.UTF_8)
                            .split("\n", 2);
                    return new Due(
                            federation,
                            row.getObject("organization_id", UUID.class),
                            new DeliveryTarget(
                                    row.getString("endpoint"),
                                    row.getString("bucket"),
                                    row.getString("object"),
                                    keys[0],
                                    keys[1]),
                            row.getInt("attempts"),
                            row.getBoolean("late"));
                })
                .optional();
    }

    void again(Due due, String reason) {
        jdbc.sql("""
                update federation_delivery set reason = :reason, next_at = now() + make_interval(secs => :pause)
                where federation_id = :id and state = 'DUE'
                """)
                .param("reason", reason.replace("\0", ""))
                .param("pause", seconds(properties.pause(due.attempts())))
                .param("id", due.federation())
                .update();
    }

    void failed(Due due, String reason) {
        jdbc.sql("""
                update federation_delivery set state = 'FAILED', reason = :reason, sealed_keys = null, ended_at = now()
                where federation_id = :id and state = 'DUE'
                """)
                .param("reason", reason.replace("\0", ""))
                .param("id", due.federation())
                .update();
    }

    void delivered(Due due, String sha256, long size) {
        jdbc.sql("""
                update federation_delivery set state = 'DELIVERED', reason = null, sealed_keys = null, ended_at = now(),
                    sha256 = :sha256, size_bytes = :size
                where federation_id = :id and state = 'DUE'
                """)
                .param("sha256", sha256)
                .param("size", size)
                .param("id", due.federation())
                .update();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
