package io.mlaas.e2e;

import io.mlaas.kit.seal.Seal;
import io.mlaas.stack.server.PostgresServer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks for a stack's secrets where they must not be: files (logs, Kafka's topics, objects, state), the platform's
 * tables, command lines, answers. What it found it names, and never shows.
 */
final class SecretSearch {
    /** What is secret by its shape, whoever issued it. */
    private static final List<Shape> SHAPES = List.of(
            new Shape("a job's credential", "mlj_", "[A-Za-z0-9_-]{43}"),
            new Shape("a device's password", "mld_", "[A-Za-z0-9_-]{43}"),
            new Shape("a webhook's secret", "whsec_", "[A-Za-z0-9+/=_-]{20,}"),
            new Shape("a token", "eyJ", "[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20,}"),
            new Shape("a private key", "-----BEGIN ", "[A-Z ]*PRIVATE KEY-----"));

    /** The beginning is looked for first, since that is many times faster than a pattern. */
    private record Shape(String name, String beginning, Pattern whole) {
        Shape(String name, String beginning, String rest) {
            this(name, beginning, Pattern.compile(Pattern.quote(beginning) + rest));
        }

        Optional<Matcher> in(String text) {
            int at = text.indexOf(beginning);
            Matcher matcher = whole.matcher(text);
            return at >= 0 && matcher.find(at) ? Optional.of(matcher) : Optional.empty();
        }
    }

    /**
     * What a server must know to check whom it lets in, in a folder of its own that only its user can enter; and
     * PostgreSQL's files, which hold Keycloak's database too: the platform's tables are read as rows instead.
     */
    private static final List<String> SERVERS_OWN = List.of("secrets", "cache", "data/postgres", "data/s3/mlaas-iam");

    /** One file of the same kind. */
    private static final String BROKERS_OWN = "data/mqtt/operator.properties";

    private static final long LARGEST = 512L << 20;

    private final Path state;
    private final String jdbcUrl;
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<String> found = new ArrayList<>();
    private long looked;

    SecretSearch(Path state, int postgresPort) throws IOException, SQLException {
        this.state = state;
        this.jdbcUrl = "jdbc:postgresql://127.0.0.1:%d/mlaas".formatted(postgresPort);
        generated();
        bucketKeys();
        accountKeys();
        signingKeys();
    }

    /** Another secret to look for. */
    void know(String name, String secret) {
        secrets.put(name, secret);
    }

    /** How many secrets are looked for by their value. */
    int known() {
        return secrets.size();
    }

    /** How many bytes were looked at. */
    long looked() {
        return looked;
    }

    /** Where something was found and what it is. */
    List<String> found() {
        return List.copyOf(found);
    }

    void in(String where, String text) {
        looked += text.length();
        secrets.forEach((name, secret) -> {
            if (text.contains(secret)) {
                found.add(where + ": " + name);
            }
        });
        for (Shape shape : SHAPES) {
            shape.in(text)
                    .ifPresent(match -> found.add("%s: %s (%d characters at %d)"
                            .formatted(where, shape.name(), match.end() - match.start(), match.start())));
        }
    }

    void inFiles() throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = state.relativize(file);
                in("the name of " + relative, relative.toString());
                if (relative.toString().equals(BROKERS_OWN)) {
                    onlyForItsOwner(file);
                } else if (SERVERS_OWN.stream().noneMatch(relative::startsWith) && Files.size(file) <= LARGEST) {
                    in(relative.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        try (Stream<Path> kept = Files.list(state.resolve("secrets"))) {
            for (Path file : kept.toList()) {
                onlyForItsOwner(file);
            }
        }
    }

    /** Every row of every table of the platform's schemas, as text. */
    void inTables() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("""
                    select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
                     where schemaname not in ('pg_catalog', 'information_schema')
                    """)) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows =
                        statement.executeQuery("select row_to_json(t)::text from %s t".formatted(table))) {
                    while (rows.next()) {
                        in("table " + table, rows.getString(1));
                    }
                }
            }
        }
    }

    void inCommandLines() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(one -> one.getFileName().toString().matches("\\d+"))
                    .toList()) {
                Path line = process.resolve("cmdline");
                if (Files.isReadable(line)) {
                    try {
                        in(
                                "command line of " + process.getFileName(),
                                Files.readString(line, StandardCharsets.ISO_8859_1));
                    } catch (IOException ended) {
                        looked++; // between the listing and now
                    }
                }
            }
        }
    }

    private void generated() throws IOException {
        try (Stream<Path> files = Files.list(state.resolve("secrets"))) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank()) {
                        know(file.getFileName().toString(), line.strip());
                        inOtherWords(file.getFileName().toString(), line.strip());
                    }
                }
            }
        }
    }

    /** A key that is written in base64 might be told in hexadecimal. */
    private void inOtherWords(String name, String secret) {
        if (name.endsWith("-master")) {
            know(
                    name + " in hexadecimal",
                    HexFormat.of().formatHex(Base64.getDecoder().decode(secret)));
        }
    }

    private void bucketKeys() throws IOException {
        Path folder = state.resolve("data/s3/mlaas-iam");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                know(
                        "the bucket key of " + file.getFileName(),
                        JsonMapper.shared()
                                .readTree(Files.readString(file))
                                .path("secret_key")
                                .asString());
            }
        }
    }

    /** The accounts' private keys, opened with the master key. */
    private void accountKeys() throws IOException, SQLException {
        openedKeys("account", "select address, owner_id, sealed_key from blockchain.account", (name, key) -> {
            know(name, HexFormat.of().formatHex(key));
            know(name + " as a number", new BigInteger(1, key).toString());
            know(name + " in base64", Base64.getEncoder().encodeToString(key));
        });
    }

    /** Those that sign evidence. */
    private void signingKeys() throws IOException, SQLException {
        openedKeys("signing-key", "select id, owner_id, sealed_key from blockchain.signing_key", (name, key) -> {
            know(name, HexFormat.of().formatHex(key));
            know(name + " in base64", Base64.getEncoder().encodeToString(key));
        });
    }

    private interface Opened {
        void key(String name, byte[] key);
    }

    private void openedKeys(String sealedAs, String query, Opened opened) throws IOException, SQLException {
        String master =
                Files.readString(state.resolve("secrets/blockchain-master")).strip();
        Seal seal = new Seal(Base64.getDecoder().decode(master), sealedAs);
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                opened.key(
                        "the private key of " + rows.getString(1),
                        seal.open(rows.getObject(2, UUID.class), rows.getBytes(3)));
            }
        }
    }

    private void onlyForItsOwner(Path file) throws IOException {
        if (!Files.getPosixFilePermissions(file)
                .equals(java.util.Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))) {
            found.add(state.relativize(file) + ": others may read it");
        }
    }

    private Connection connect() throws SQLException {
        try {
            String password = Files.readString(state.resolve("secrets/postgres-superuser"))
                    .strip();
            return DriverManager.getConnection(jdbcUrl, PostgresServer.SUPERUSER, password);
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }
}
