package io.mlaas.stack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. */
public final class Ports {

    // Below the range from which the kernel takes the ports of outgoing connections, so that nothing
    // slips in between choosing a port and listening on it.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 31_999;

    private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** {@code port} itself, or a free one for 0. */
    public static int orFree(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: %d (expected: 0..65535)".formatted(port));
        }
        return port == 0 ? free() : port;
    }

    public static int free() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
        throw new StackProblem(
                StackProblem.Kind.PORT_TAKEN, "no free port between %d and %d".formatted(LOWEST, HIGHEST));
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: a port that was in use a moment ago is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether somebody listens on {@code port}. */
    public static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    /** " by pid N (command line)", or nothing where the operating system does not tell. */
    public static String owner(int port) {
        return PortOwner.find(port)
                .map(owner -> " by %s (%s)".formatted(owner, PortOwner.abbreviated(owner.commandLine())))
                .orElse("");
    }
}
