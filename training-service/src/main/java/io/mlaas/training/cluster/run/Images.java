package io.mlaas.training.cluster.run;

import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.cluster.run.ImageProperties.Alias;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What references mean in the cluster: aliases, and images by digest from where the operator allows them. */
final class Images {
    static final String BY_DIGEST = "[a-z0-9][a-zA-Z0-9._:/-]*@sha256:[0-9a-f]{64}";

    private static final Pattern FORM = Pattern.compile(BY_DIGEST);
    private static final int DIGEST = 64;
    private static final int LONGEST = 512;

    private final List<String> allowed;
    private final Map<String, Alias> aliases = new LinkedHashMap<>();

    Images(ImageProperties properties) {
        allowed = properties.allowed().stream()
                .map(prefix -> prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix)
                .toList();
        for (Alias alias : properties.aliases()) {
            if (aliases.put(alias.reference(), alias) != null) {
                throw new IllegalStateException("mlaas.training.kubernetes.images.aliases: " + alias.reference()
                        + " is there twice (expected: once)");
            }
        }
    }

    Optional<TrainImage> image(String reference, String runner) {
        return byDigest(reference).map(image -> {
            String sha256 = image.substring(image.length() - DIGEST);
            return new TrainImage(reference, sha256, md5(sha256), runner);
        });
    }

    /** The image behind a reference, by digest; nothing if it may not run here. */
    Optional<String> byDigest(String reference) {
        Alias alias = aliases.get(reference);
        if (alias != null) {
            return Optional.of(alias.image());
        }
        return FORM.matcher(reference).matches() && reference.length() <= LONGEST && isAllowed(reference)
                ? Optional.of(reference)
                : Optional.empty();
    }

    private boolean isAllowed(String reference) {
        String name = reference.substring(0, reference.indexOf('@'));
        // "acme" lets acme/x in, and not acme-evil/x
        return allowed.stream()
                .anyMatch(prefix ->
                        name.equals(prefix) || name.startsWith(prefix + "/") || name.startsWith(prefix + ":"));
    }

    Map<String, String> environment(String reference) {
        Alias alias = aliases.get(reference);
        return alias == null ? Map.of() : alias.environment();
    }

    List<String> references() {
        return Stream.concat(aliases.keySet().stream(), allowed.stream().map(prefix -> prefix + "/…@sha256:<digest>"))
                .toList();
    }

    /** The legacy digest on the chain: of the one that names the image. */
    private static String md5(String sha256) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5")
                            .digest(("sha256:" + sha256).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
