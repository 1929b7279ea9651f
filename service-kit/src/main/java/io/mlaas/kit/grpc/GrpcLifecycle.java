package io.mlaas.kit.grpc;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** A gRPC server that starts and stops with the application; each call has a virtual thread. */
public abstract class GrpcLifecycle implements SmartLifecycle {
    private final String setting;
    private final InetSocketAddress address;
    private final Duration grace;
    private volatile @Nullable Server server;
    private @Nullable ExecutorService threads;

    /**
     * @param setting what to change when it cannot listen there
     * @param address port 0: any free one
     * @param grace how long calls under way may take when it stops
     */
    protected GrpcLifecycle(String setting, InetSocketAddress address, Duration grace) {
        this.setting = setting;
        this.address = address;
        this.grace = grace;
    }

    /** What it serves, and how, but for its threads. */
    protected abstract ServerBuilder<?> builder(InetSocketAddress address);

    @Override
    public void start() {
        ExecutorService started = Executors.newVirtualThreadPerTaskExecutor();
        threads = started;
        try {
            server = builder(address).executor(started).build().start();
        } catch (IOException e) {
            started.close();
            throw new UncheckedIOException(setting + ": " + address + " cannot be listened on", e);
        }
    }

    /** Where it listens. */
    public int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("the gRPC server does not run");
        }
        return running.getPort();
    }

    @Override
    public void stop(Runnable stopped) {
        Thread.ofVirtual().name("grpc-stop").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    @Override
    public void stop() {
        Server running = server;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
        server = null;
        if (threads != null) {
            threads.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
