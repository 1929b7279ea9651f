package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.sharing.RegistryServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ResumableFingerprintTest {
    @Test
    void knowsTheDigestsOfNothing() {
        ResumableFingerprint nothing = ResumableFingerprint.restored(new ResumableFingerprint().state());
        assertThat(nothing.sha256()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(nothing.md5()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    }

    @Test
    void computesTheSameWhereverItWasInterrupted() throws IOException {
        byte[] content = RegistryServer.random(300);
        Fingerprint whole = Fingerprint.of(new ByteArrayInputStream(content));
        String sha256 = whole.sha256();
        String md5 = whole.md5();
        for (int cut = 0; cut <= content.length; cut++) {
            ResumableFingerprint first = new ResumableFingerprint();
            first.add(content, 0, cut);
            ResumableFingerprint second = ResumableFingerprint.restored(first.state());
            second.add(content, cut, content.length - cut);
            assertThat(second.sha256()).isEqualTo(sha256);
            assertThat(second.md5()).isEqualTo(md5);
            assertThat(second.sha256()).as("asking changes nothing").isEqualTo(sha256);
        }
    }
}
