package io.mlaas.bench.serving;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request over and over on kept connections, with as little work for this side as can be. */
final class RestTarget implements Target {
    private static final int CONNECTIONS = 64;

    private final String name;
    private final URI url;
    private final byte[] request;
    private final BlockingQueue<Consumer<@Nullable String>> waiting = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    RestTarget(String name, URI url, String token, String body) {
        this.name = name;
        this.url = url;
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                + "\r\nAuthorization: Bearer " + token + "\r\nContent-Type: application/json\r\nContent-Length: "
                + content.length + "\r\n\r\n" + body;
        this.request = head.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.execute(this::work);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void ask(Consumer<@Nullable String> answered) {
        waiting.add(answered);
    }

    private void work() {
        while (!threads.isShutdown()) {
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (askOne(socket, in)) {}
            } catch (InterruptedException | InterruptedIOException e) {
                return;
            } catch (IOException e) {
                if (threads.isShutdown()) {
                    return;
                }
            }
        }
    }

    /** @return whether the connection is good for more */
    private boolean askOne(Socket socket, InputStream in) throws InterruptedException, IOException {
        Consumer<@Nullable String> next = waiting.take();
        try {
            socket.getOutputStream().write(request);
            Answer answer = answer(in);
            next.accept(answer.status() == 200 ? null : Integer.toString(answer.status()));
            return !answer.last();
        } catch (IOException e) {
            next.accept(e.getClass().getSimpleName());
            return false;
        }
    }

    /** @param last of this connection */
    private record Answer(int status, boolean last) {}

    private static Answer answer(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).substring(9, 12));
        long length = 0;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).strip();
            if (header.regionMatches(true, 0, "content-length", 0, colon)) {
                length = Long.parseLong(value);
            } else if (header.regionMatches(true, 0, "transfer-encoding", 0, colon)) {
                chunked = value.equalsIgnoreCase("chunked");
            } else if (header.regionMatches(true, 0, "connection", 0, colon)) {
                last = value.equalsIgnoreCase("close");
            }
        }
        if (chunked) {
            for (long chunk = size(in); chunk > 0; chunk = size(in)) {
                in.skipNBytes(chunk + 2);
            }
            in.skipNBytes(2);
        } else {
            in.skipNBytes(length);
        }
        return new Answer(status, last);
    }

    private static long size(InputStream in) throws IOException {
        return Long.parseLong(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
