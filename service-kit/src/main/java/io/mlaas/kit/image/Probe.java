package io.mlaas.kit.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of a service's image: exit code 0 if the service on this host answers its readiness probe with 200,
 * 1 if not. One request over a plain socket: the JDK's HTTP client alone would take longer to load than all of this.
 */
public final class Probe {
    private static final int DEFAULT_PORT = 8080;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 5_000;

    private Probe() {}

    public static void main(String[] args) {
        int port = Integer.parseInt(System.getenv().getOrDefault("SERVER_PORT", String.valueOf(DEFAULT_PORT)));
        System.exit(ready(port) ? 0 : 1);
    }

    static boolean ready(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream()
                    .write("GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (status != null && status.startsWith("HTTP/1.1 200")) {
                return true;
            }
            System.out.println("not ready: " + (status == null ? "no answer" : status));
        } catch (IOException e) {
            System.out.println("not ready: " + e.getMessage());
        }
        return false;
    }
}
