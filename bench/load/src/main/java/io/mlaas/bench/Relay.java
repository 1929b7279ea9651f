package io.mlaas.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A hop that only copies bytes, and computes digests of them if it is told to: what a service between a client and the
 * object store costs at least.
 */
final class Relay implements AutoCloseable {
    private static final int PIECE = 64 * 1024;

    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final List<String> digests;

    /** @param digests of everything that passes, by their names in Java, such as {@code SHA-256} */
    Relay(InetSocketAddress target, List<String> digests) throws IOException {
        this.target = target;
        this.digests = List.copyOf(digests);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(target.getAddress(), target.getPort());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> copy(client, server));
                Thread.ofVirtual().start(() -> copy(server, client));
            } catch (SocketException e) {
                if (!listening.isClosed()) {
                    throw new IllegalStateException(e);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Until either side ends; then both are closed. */
    private void copy(Socket from, Socket to) {
        List<MessageDigest> digesting = new ArrayList<>();
        byte[] piece = new byte[PIECE];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (String digest : digests) {
                digesting.add(MessageDigest.getInstance(digest));
            }
            for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
                for (MessageDigest digest : digesting) {
                    digest.update(piece, 0, size);
                }
                out.write(piece, 0, size);
            }
        } catch (SocketException e) {
            // The other direction has ended, and closed both.
            return;
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
