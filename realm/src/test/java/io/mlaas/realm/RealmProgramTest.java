package io.mlaas.realm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the program is called and what it says; what it does to a realm is RealmUpdateTest's of the launcher. */
class RealmProgramTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void saysWhatItNeeds() throws Exception {
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(said()).startsWith("realm: MLAAS_REALM_DOCUMENT is not set");

        Map<String, String> environment = environment("{\"realm\": \"mlaas\"}");
        environment.put("MLAAS_REALM_PASSWORDFILE", folder.resolve("nothing").toString());
        assertThat(run(environment)).isEqualTo(2);
        assertThat(said()).contains("nothing cannot be read (NoSuchFileException)");
    }

    @Test
    void refusesWhatIsNoRealm() throws Exception {
        assertThat(run(environment("{\"clients\": []}"))).isEqualTo(1);
        assertThat(said()).contains("$.realm is missing (expected: the realm's name)");
        assertThat(run(environment("no JSON"))).isEqualTo(1);
        assertThat(said()).contains("(expected: JSON)");
    }

    @Test
    void doesNotWaitForeverForAServerThatIsAway() throws Exception {
        assertThat(run(environment("{\"realm\": \"mlaas\"}"))).isEqualTo(1);
        assertThat(said()).contains("http://127.0.0.1:1 does not answer").doesNotContain("a password");
    }

    private Map<String, String> environment(String document) throws IOException {
        return new HashMap<>(Map.of(
                "MLAAS_REALM_SERVER",
                "http://127.0.0.1:1",
                "MLAAS_REALM_DOCUMENT",
                Files.writeString(folder.resolve("realm.json"), document).toString(),
                "MLAAS_REALM_SECRETS",
                folder.toString(),
                "MLAAS_REALM_ADMINISTRATOR",
                "mlaas-bootstrap",
                "MLAAS_REALM_PASSWORDFILE",
                Files.writeString(folder.resolve("password"), "a password\n").toString()));
    }

    private int run(Map<String, String> environment) throws InterruptedException {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new RealmProgram(environment, out).run(Instant.now().minusSeconds(1));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }
}
