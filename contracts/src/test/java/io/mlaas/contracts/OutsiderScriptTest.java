package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code docs/outsider/check.sh} has written down of the contract, and passports' pages, is what the contract has. */
class OutsiderScriptTest {
    private static final Path HOME = Path.of(System.getProperty("mlaas.home", ".."));
    private static final Pattern SELECTOR = Pattern.compile("(?m)^[A-Z_]+=([0-9a-f]{8}) +# (\\S+)$");

    @Test
    void asksFunctionsThatTheRegistryHas() throws Exception {
        Matcher written = SELECTOR.matcher(Files.readString(HOME.resolve("docs/outsider/check.sh")));
        List<String> known = functions().toList();
        int count = 0;
        while (written.find()) {
            count++;
            assertThat(known).contains(written.group(2));
            assertThat(written.group(1)).as(written.group(2)).isEqualTo(selector(written.group(2)));
        }
        assertThat(count).isEqualTo(2);
        assertThat(Files.readString(
                        HOME.resolve("model-sharing-service/src/main/java/io/mlaas/sharing/passport/Checks.java")))
                .contains("0x" + selector("batchOf(bytes32)"));
    }

    /** What the script reads of an answer, word by word. */
    @Test
    void readsAnswersAsTheRegistryGivesThem() {
        assertThat(results("batchOf")).containsExactly("number", "size", "blockNumber", "time");
        assertThat(results("keyOf")).containsExactly("organization", "publishedAt", "revokedAt");
    }

    private static List<String> results(String function) {
        JsonNode result = abi().filter(entry -> entry.path("name").asString("").equals(function))
                .findFirst()
                .orElseThrow()
                .at("/outputs/0");
        assertThat(result.path("type").asString()).isEqualTo("tuple");
        return result.path("components")
                .valueStream()
                .map(member -> member.path("name").asString())
                .toList();
    }

    private static Stream<String> functions() {
        return abi().filter(entry -> entry.path("type").asString().equals("function"))
                .map(entry -> entry.path("name").asString() + "("
                        + String.join(
                                ",",
                                entry.path("inputs")
                                        .valueStream()
                                        .map(input -> input.path("type").asString())
                                        .toList())
                        + ")");
    }

    private static Stream<JsonNode> abi() {
        return JsonMapper.shared()
                .readTree(CompiledContract.ANCHOR_REGISTRY.abi())
                .valueStream();
    }

    private static String selector(String signature) {
        return Hash.sha3String(signature).substring(2, 10);
    }
}
