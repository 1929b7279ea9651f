package io.mlaas.stack.supervise;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the chain is and which contract lists the assets: {@code .mlaas/run/chain.json}, written by the
 * blockchain service when it starts.
 *
 * @param directory address of the directory contract
 */
public record ChainAddress(
        @JsonProperty("rpc_url") String rpcUrl,
        @JsonProperty("chain_id") long chainId,
        @JsonProperty("directory") String directory) {

    public static Path file(Home home) {
        return home.state().resolve("run").resolve("chain.json");
    }

    public static Optional<ChainAddress> read(Home home) {
        try {
            return Files.exists(file(home))
                    ? Optional.of(new JsonMapper().readValue(Files.readString(file(home)), ChainAddress.class))
                    : Optional.empty();
        } catch (IOException | JacksonException unreadable) {
            return Optional.empty();
        }
    }
}
