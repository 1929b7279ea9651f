package io.mlaas.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** {@code docs/outsider/check.sh}, which has nothing of this project but public tools. */
record OutsidersScript(JsonNode chain) {
    /** The script ends with it when the OpenSSF's verifier cannot be installed. */
    static final int TOOL_MISSING = 3;

    /** The script's word for evidence that is not complete yet. */
    private static final int OPEN = 5;

    /** The verdict that came last is anchored with the next batch. */
    Command.Result checkOnceAnchored(URI passport, Path file) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> check(passport, file), checked -> checked.status() != OPEN);
    }

    Command.Result check(URI passport, Path file) throws IOException, InterruptedException {
        Path output = Files.createTempFile("outsider-", ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "bash",
                        Command.HOME.resolve("docs/outsider/check.sh").toString(),
                        passport.toString(),
                        file.toString(),
                        "--rpc",
                        chain.path("rpc_url").asString(),
                        "--registry",
                        chain.path("registry").asString(),
                        "--chain",
                        chain.path("chain_id").asString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Path cache = Files.createDirectories(Command.HOME.resolve(".mlaas/cache"));
        Path installed = cache.resolve("model-signing-1.1.1");
        if (Files.exists(installed.resolve("complete"))) {
            builder.environment()
                    .put("MODEL_SIGNING", installed.resolve("bin/model_signing").toString());
        } else {
            builder.environment()
                    .put("MLAAS_CHECK_VENV", cache.resolve("outsider-check").toString());
        }
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("check.sh: still at work after 5 min:\n" + Files.readString(output));
        }
        String printed = Files.readString(output);
        Files.delete(output);
        return new Command.Result(process.exitValue(), printed);
    }
}
