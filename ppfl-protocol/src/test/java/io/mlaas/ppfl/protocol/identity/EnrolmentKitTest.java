package io.mlaas.ppfl.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EnrolmentKitTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final FederationAuthority AUTHORITY = FederationAuthority.create("fed-1", NOW, Duration.ofDays(30));

    private final EnrolmentKit kit =
            EnrolmentKit.create(AUTHORITY, "hospital-a", "mlaas.example.org:18117", NOW.plusSeconds(3600));

    @Test
    void comesBackAsItWasWritten() {
        assertThat(EnrolmentKit.parse(kit.json())).isEqualTo(kit);
        assertThat(kit.host()).isEqualTo("mlaas.example.org");
        assertThat(kit.port()).isEqualTo(18_117);
        assertThat(EnrolmentKit.digest(kit.secret()))
                .isEqualTo(kit.secretDigest())
                .hasSize(64);
    }

    @Test
    void hasAnotherSecretEachTimeAndDoesNotShowIt() {
        var other = EnrolmentKit.create(AUTHORITY, "hospital-a", "mlaas.example.org:18117", NOW);
        assertThat(other.secret()).isNotEqualTo(kit.secret());
        assertThat(kit.toString()).doesNotContain(kit.secret());
    }

    @Test
    void namesEveryFieldThatIsWrong() {
        var json = kit.json()
                .replace("mlaas-enrolment-kit/1", "mlaas-enrolment-kit/2")
                .replace("\"expires\"", "\"expiry\"");
        assertThatThrownBy(() -> EnrolmentKit.parse(json))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("expiry: unknown")
                .hasMessageContaining("expires: missing")
                .hasMessageContaining("format: mlaas-enrolment-kit/2 (expected: mlaas-enrolment-kit/1)");
        var addresses = kit.json()
                .replace("mlaas.example.org:18117", "mlaas.example.org:99999")
                .replace("hospital-a", "a b");
        assertThatThrownBy(() -> EnrolmentKit.parse(addresses))
                .hasMessageContaining("server: mlaas.example.org:99999 (expected: host:port)")
                .hasMessageContaining("participant: a b (expected:");
    }

    @Test
    void doesNotRepeatTheSecretOfABrokenFile() {
        assertThatThrownBy(() -> EnrolmentKit.parse(kit.json().replace("\"secret\" :", "\"secret\"")))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("not JSON")
                .hasNoCause();
        assertThatThrownBy(() -> EnrolmentKit.parse(kit.json().replace(kit.secret(), "short")))
                .hasMessageContaining("secret: 5 characters (expected: 43 of Base64url)");
    }
}
