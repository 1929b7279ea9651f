package io.mlaas.stack.server;

import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * An EVM chain: anvil with the rules of a permissioned network (London, no gas price). It has no funded
 * accounts and needs none. Its state is written to a file every second and when it stops.
 */
public final class EvmNode implements Server {

    public static final long CHAIN_ID = 1337;

    /**
     * For calls that ask about the past; the blocks, receipts and events are kept for ever. Each is a copy of everything,
     * and anvil would write thousands of them into a folder that it leaves behind when it is killed.
     */
    private static final int OLD_STATES = 64;

    private static final Duration COPY_INTERVAL = Duration.ofSeconds(20);

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
        recover();
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
                stateFile().toString(),
                "--state-interval",
                "1",
                "--prune-history",
                Integer.toString(OLD_STATES),
                "--quiet");
        return new Launch(command, Map.of(), config.place().data(), log(), null);
    }

    @Override
    public boolean answers() {
        return Http.postJson(url(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}")
                .filter(body -> body.contains("\"0x" + Long.toHexString(CHAIN_ID) + "\""))
                .isPresent();
    }

    /**
     * Copies the state if it is whole. anvil overwrites the file in place: killed at the wrong moment it
     * leaves half of one, with which it would not start. The next start then takes the copy.
     */
    public void keepCopy() throws IOException {
        Path state = stateFile();
        Path copy = copyOfState();
        boolean recent = Files.exists(copy)
                && Duration.between(Files.getLastModifiedTime(copy).toInstant(), Instant.now())
                                .compareTo(COPY_INTERVAL)
                        < 0;
        if (!recent && Files.exists(state)) {
            replaceIfWhole(copy, state);
        }
    }

    private Path stateFile() {
        return config.place().data().resolve("state.json");
    }

    private Path copyOfState() {
        return config.place().data().resolve("state.copy.json");
    }

    private void recover() throws IOException {
        Path state = stateFile();
        if (Files.exists(state)) {
            if (replaceIfWhole(copyOfState(), state)) {
                return;
            }
            Files.move(state, state.resolveSibling("state.broken.json"), StandardCopyOption.REPLACE_EXISTING);
        }
        // Without a copy it was never written whole: the chain begins again, and its users send again what they sent.
        if (Files.exists(copyOfState()) && !replaceIfWhole(state, copyOfState())) {
            throw new IOException(copyOfState() + ": not a whole state of the chain, nor was " + state
                    + " (expected: JSON; with a copy of yours in its place the chain goes on from there)");
        }
    }

    /** Judges the copied bytes and not those of the source, which anvil may write anew in between. */
    private static boolean replaceIfWhole(Path to, Path from) throws IOException {
        Path copying = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, copying, StandardCopyOption.REPLACE_EXISTING);
        if (!isWhole(copying)) {
            Files.delete(copying);
            return false;
        }
        Files.move(copying, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private static boolean isWhole(Path state) {
        try (var parser = new JsonMapper().createParser(state)) {
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            parser.skipChildren();
            return object && parser.nextToken() == null;
        } catch (JacksonException half) {
            return false;
        }
    }
}
