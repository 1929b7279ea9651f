package io.mlaas.stack.supervise;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.server.Http;
import io.mlaas.stack.server.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the chain is and which contract lists the assets, in {@code .mlaas/run/chain.json}: all that is
 * needed to check an asset without asking any service.
 *
 * @param directory address of the directory contract
 * @param registry address of the contract that keeps the roots of batches; unknown where an earlier release wrote the file
 */
public record ChainAddress(
        @JsonProperty("rpc_url") String rpcUrl,
        @JsonProperty("chain_id") long chainId,
        @JsonProperty("directory") String directory,
        @JsonProperty("registry") @Nullable String registry) {

    private static final JsonMapper JSON = new JsonMapper();

    static Path file(Home home) {
        return home.state().resolve("run").resolve("chain.json");
    }

    public static Optional<ChainAddress> read(Home home) {
        try {
            return Files.exists(file(home))
                    ? Optional.of(JSON.readValue(Files.readString(file(home)), ChainAddress.class))
                    : Optional.empty();
        } catch (IOException | JacksonException unreadable) {
            return Optional.empty();
        }
    }

    void write(Home home) throws IOException {
        PrivateFile.write(file(home), JSON.writeValueAsString(this));
    }

    /** As the blockchain service tells it; empty if it does not. */
    static Optional<ChainAddress> ask(String blockchainService, String token, String rpcUrl) {
        return Http.get(blockchainService + "/chain", token).flatMap(body -> {
            JsonNode chain = JSON.readTree(body);
            String directory = chain.path("directory").asString("");
            return directory.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ChainAddress(
                            rpcUrl,
                            chain.path("chain_id").asLong(),
                            directory,
                            chain.path("registry").asString(null)));
        });
    }
}
