package io.mlaas.ppfl.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Where a model is to go, and the keys that open that place; they are in no text of this.
 *
 * @param host {@code HOST}, {@code HOST:PORT}, or that after {@code https://}
 * @param bucket null for the one that is usual
 */
public record DeliveryTarget(String host, @Nullable String bucket, String object, String accessKey, String secretKey) {

    /** @param host may end with the bucket: {@code HOST/BUCKET} */
    public static DeliveryTarget of(
            String host, @Nullable String bucket, String object, String accessKey, String secretKey) {
        String plain = host.strip();
        int from = plain.indexOf("://") < 0 ? 0 : plain.indexOf("://") + 3;
        int slash = plain.indexOf('/', from);
        String rest = slash < 0 ? "" : plain.substring(slash + 1);
        return new DeliveryTarget(
                slash < 0 ? plain : plain.substring(0, slash),
                bucket == null && !rest.isEmpty() ? rest : bucket,
                object,
                accessKey,
                secretKey);
    }

    @Override
    public String toString() {
        return "DeliveryTarget[host=%s, bucket=%s, object=%s, accessKey=…, secretKey=…]"
                .formatted(host, bucket, object);
    }
}
