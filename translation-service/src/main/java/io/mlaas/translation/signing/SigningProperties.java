package io.mlaas.translation.signing;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** @param keyFile an Ed25519 key as PKCS #8 in PEM; made there if there is none */
@ConfigurationProperties("mlaas.translation.signing")
record SigningProperties(Path keyFile) {
    SigningProperties {
        if (keyFile == null) {
            throw new IllegalArgumentException("mlaas.translation.signing.key-file: none (expected: a file)");
        }
    }
}
