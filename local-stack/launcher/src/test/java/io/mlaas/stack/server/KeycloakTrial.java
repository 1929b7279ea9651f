package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;

/** Starts Keycloak alone on a fresh database and prints two tokens' claims: a check by hand. */
final class KeycloakTrial {

    private KeycloakTrial() {}

    public static void main(String[] args) throws Exception {
        Home home = Home.find();
        Path folder = Path.of(args[0]);
        var postgres = new PostgresServer(new PostgresServer.Config(Place.in(home, folder, "postgres"), 0, "secret"));
        try (Running database = Running.start(postgres)) {
            var keycloak = new KeycloakServer(new KeycloakServer.Config(
                    Place.in(home, folder, "keycloak"),
                    0,
                    0,
                    postgres.jdbcUrl("postgres"),
                    "postgres",
                    "secret",
                    "bootstrap",
                    KeycloakServer.SERVICES.stream().collect(Collectors.toMap(s -> s, s -> "secret-" + s))));
            long start = System.nanoTime();
            keycloak.prepare();
            System.out.printf("prepared in %d ms%n", (System.nanoTime() - start) / 1_000_000);
            start = System.nanoTime();
            try (Running running = Running.start(keycloak)) {
                System.out.printf(
                        "started in %d ms, %d MB%n",
                        (System.nanoTime() - start) / 1_000_000,
                        running.child().memory().orElse(0) >> 20);
                token(
                        keycloak,
                        "grant_type=password&client_id=mlaas-cli&username=acme-scientist&password=acme-scientist");
                token(
                        keycloak,
                        "grant_type=client_credentials&client_id=training-service&client_secret=secret-training-service");
                if (args.length > 1) {
                    System.in.read();
                }
            }
        }
    }

    private static void token(KeycloakServer keycloak, String form) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(keycloak.tokenUri()))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        String token = answer.body().replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
        System.out.println(answer.statusCode() + " "
                + (token.contains(".")
                        ? new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]))
                        : answer.body()));
    }
}
