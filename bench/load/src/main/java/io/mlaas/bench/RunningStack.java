package io.mlaas.bench;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.ChainAddress;
import io.mlaas.stack.supervise.Secrets;
import io.mlaas.stack.supervise.StackState;
import io.mlaas.stack.supervise.StackState.MemberState;
import io.mlaas.stack.supervise.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The local stack as its supervisor wrote it down: addresses, processes, ways in. */
public final class RunningStack {
    /** The local realm's company; every local user belongs to one. */
    public static final String ACME = "5d066d58-06de-47ab-a2f6-c8f413e21947";

    private static final Duration KEEP_TOKEN = Duration.ofSeconds(60);

    private final Home home;
    private final Secrets secrets;
    private final Map<String, FreshToken> tokens = new ConcurrentHashMap<>();

    private RunningStack(Home home) {
        this.home = home;
        this.secrets = new Secrets(home.state().resolve("secrets"));
    }

    /** @throws StackProblem if nothing runs */
    public static RunningStack find() {
        RunningStack stack = new RunningStack(Home.find());
        stack.state();
        return stack;
    }

    private StackState state() {
        return StackState.read(home.state())
                .filter(state -> state.supervisor().isPresent())
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING,
                        "nothing is running in %s (./mlaas up starts it)".formatted(home.state())));
    }

    public MemberState member(String name) {
        return state().member(name)
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "member: %s (expected: one that runs)".formatted(name)));
    }

    public List<String> members() {
        return state().members().stream().map(MemberState::name).toList();
    }

    /** Whether every member is up. */
    public boolean healthy() {
        return state().members().stream().allMatch(member -> member.condition() == StackState.Condition.RUNNING);
    }

    /** How often members were started again. */
    public int restarts() {
        return state().members().stream().mapToInt(MemberState::restarts).sum();
    }

    public URI gateway() {
        return URI.create(member("gateway").url());
    }

    public Path folder() {
        return home.state();
    }

    /** Resident memory of a member's process in bytes, 0 if it is not running. */
    public long memory(String name) {
        return member(name)
                .process()
                .map(Child::memory)
                .map(memory -> memory.orElse(0))
                .orElse(0L);
    }

    /** Ends a member as {@code kill -9} does. */
    public boolean kill(String name) {
        Child process = member(name).process().orElse(null);
        if (process == null) {
            return false;
        }
        process.kill();
        return true;
    }

    /** A connection as a service has it: {@code sharing}, {@code training}, {@code blockchain}. */
    public Connection database(String schema) throws SQLException {
        return DriverManager.getConnection(
                "%s?currentSchema=%s&connectTimeout=10"
                        .formatted(member("postgres").url().replaceFirst("/[a-z]+$", "/mlaas"), schema),
                schema,
                secrets.password("postgres-" + schema));
    }

    /** The object store, as its administrator. */
    public MinioClient objectStore() {
        return MinioClient.builder()
                .endpoint(member("s3").url())
                .credentials("mlaas-admin", secrets.password("s3-admin"))
                .region("us-east-1")
                .build();
    }

    /** The same with the calls that uploads in parts are made of. */
    public MinioAsyncClient objectStoreInParts() {
        return MinioAsyncClient.builder()
                .endpoint(member("s3").url())
                .credentials("mlaas-admin", secrets.password("s3-admin"))
                .region("us-east-1")
                .build();
    }

    public ChainAddress chain() {
        return ChainAddress.read(home)
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING,
                        "the stack has no chain (expected: run/chain.json, which up writes)"));
    }

    /** A user's access token, fetched again long before it expires. While Keycloak is away the last one is used. */
    public Supplier<String> token(String user) {
        return tokens.computeIfAbsent(user, FreshToken::new);
    }

    private final class FreshToken implements Supplier<String> {
        private final String user;
        private String token = "";
        private long fetched;

        FreshToken(String user) {
            this.user = user;
        }

        @Override
        public synchronized String get() {
            long now = System.nanoTime();
            if (token.isEmpty() || now - fetched > KEEP_TOKEN.toNanos()) {
                try {
                    token = Tokens.ofRunningStack(home).forUser(user, user);
                } catch (StackProblem unreachable) {
                    if (token.isEmpty()) {
                        throw unreachable;
                    }
                }
                fetched = now;
            }
            return token;
        }
    }
}
