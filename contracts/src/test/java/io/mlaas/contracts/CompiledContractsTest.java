package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is committed is what the compiler makes of the sources, and what Java calls is what is committed. */
class CompiledContractsTest {
    @Test
    void recompilingGivesTheCommittedBytes() throws Exception {
        Process check;
        try {
            check = new ProcessBuilder("node", "compile.mjs", "--check")
                    .directory(Path.of("").toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            fail("node: not found. Install Node.js with npm (20 or later): the contracts' compiler comes from there.");
            return;
        }
        String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(check.exitValue()).as(output).isZero();
        assertThat(output).contains("21 files are what solc 0.8.37");
    }

    @Test
    void everyRefusalIsAnErrorOfAContractAndTheOtherWayRound() {
        Pattern error = Pattern.compile("\"name\": \"(\\w+)\",\\s+\"type\": \"error\"");
        List<String> declared = Arrays.stream(CompiledContract.values())
                .flatMap(contract -> error.matcher(contract.abi()).results().map(match -> match.group(1)))
                .distinct()
                .toList();

        assertThat(Arrays.stream(ContractRefusal.values())
                        .map(refusal -> refusal.signature().replaceAll("\\(.*", "")))
                .containsExactlyInAnyOrderElementsOf(declared);
    }
}
