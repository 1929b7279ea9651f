package io.mlaas.observer.guilty;

import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Waits in every way that a program may; the order of what it prints tells that each wait had its time. */
public final class Waits {
    private Waits() {}

    public static void main(String[] arguments) throws Exception {
        List<String> done = new ArrayList<>();
        long begun = System.nanoTime();
        Thread.sleep(50);
        if (System.nanoTime() - begun >= 50_000_000) {
            done.add("slept");
        }
        done.add("polled " + new LinkedBlockingQueue<String>().poll(50, TimeUnit.MILLISECONDS));
        done.add("acquired " + new Semaphore(0).tryAcquire(50, TimeUnit.MILLISECONDS));
        done.add("signalled " + signalled());
        LockSupport.parkUntil(System.currentTimeMillis() + 50);
        done.add("parked");
        try (Selector selector = Selector.open()) {
            done.add("selected " + selector.select(50));
        }
        try (var scheduler = Executors.newScheduledThreadPool(2)) {
            done.add("scheduled "
                    + scheduler.schedule(() -> 7, 50, TimeUnit.MILLISECONDS).get(60, TimeUnit.SECONDS));
        }
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            done.add("virtual "
                    + virtual.submit(() -> {
                                Thread.sleep(50);
                                return 8;
                            })
                            .get(60, TimeUnit.SECONDS));
        }
        try {
            new CompletableFuture<String>().get(50, TimeUnit.MILLISECONDS);
        } catch (TimeoutException expected) {
            done.add("timed out");
        }
        done.add("delayed "
                + CompletableFuture.supplyAsync(() -> 9, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                        .get(60, TimeUnit.SECONDS));
        Process process = new ProcessBuilder("/bin/sleep", "0.1").start();
        done.add("ended " + process.waitFor(60, TimeUnit.SECONDS));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        while (System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        done.add("spun");
        System.out.println(String.join(", ", done));
    }

    private static boolean signalled() throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        try {
            return lock.newCondition().await(50, TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }
}
