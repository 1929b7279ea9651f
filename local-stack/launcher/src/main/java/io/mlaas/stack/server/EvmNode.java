package io.mlaas.stack.server;

import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An EVM chain: anvil with the rules of a permissioned network (London, no gas price). It has no funded
 * accounts and needs none. Its state is written to a file every second and when it stops.
 */
public final class EvmNode implements Server {

    public static final long CHAIN_ID = 1337;

    /** Port: 0 chooses a free one. */
    public record Config(Place place, int port) {
        public Config {
            port = Ports.orFree(port);
        }
    }

    private final Config config;
    private final Anvil anvil;

    public EvmNode(Config config) {
        this.config = config;
        this.anvil = new Anvil(config.place().home());
    }

    @Override
    public String name() {
        return "evm";
    }

    @Override
    public String version() {
        return anvil.version();
    }

    @Override
    public Map<String, Integer> ports() {
        return Map.of("json-rpc", config.port());
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + config.port();
    }

    public long chainId() {
        return CHAIN_ID;
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        Path state = stateFile();
        keepReadable(state);
        List<String> command = List.of(
                anvil.executable().toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(config.port()),
                "--chain-id",
                Long.toString(CHAIN_ID),
                "--hardfork",
                "london",
                "--gas-price",
                "0",
                "--block-base-fee-per-gas",
                "0",
                "--disable-min-priority-fee",
                "--gas-limit",
                "30000000",
                "--accounts",
                "0",
                "--state",
                state.toString(),
                "--state-interval",
                "1",
                "--preserve-historical-states",
                "--quiet");
        return new Launch(command, Map.of(), config.place().data(), log(), null);
    }

    @Override
    public boolean answers() {
        return Http.postJson(url(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}")
                .filter(body -> body.contains("\"0x" + Long.toHexString(CHAIN_ID) + "\""))
                .isPresent();
    }

    Path stateFile() {
        return config.place().data().resolve("state.json");
    }

    /**
     * anvil overwrites its state in place: killed at the wrong moment it leaves half a file, with which
     * it would not start. The copy made here of the last whole state takes its place.
     */
    public void keepReadable(Path state) throws IOException {
        Path kept = state.resolveSibling("state.kept.json");
        if (!Files.exists(state)) {
            return;
        }
        if (isWhole(state)) {
            copy(state, kept);
        } else if (Files.exists(kept)) {
            Files.move(
                    state,
                    state.resolveSibling("state.broken.json"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            copy(kept, state);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Path copying = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, copying, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                copying,
                to,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isWhole(Path state) {
        try (var parser = new JsonMapper().createParser(state)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException half) {
            return false;
        }
    }
}
