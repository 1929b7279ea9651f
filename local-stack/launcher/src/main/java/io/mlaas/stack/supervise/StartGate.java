package io.mlaas.stack.supervise;

import java.util.PriorityQueue;

/** Lets few start at once; of those who wait, the most important goes first. */
final class StartGate {

    private int free;
    private final PriorityQueue<Integer> waiting = new PriorityQueue<>();

    StartGate(int atOnce) {
        this.free = atOnce;
    }

    /** @param rank 0 is the most important; one waits per rank */
    synchronized void enter(int rank) throws InterruptedException {
        waiting.add(rank);
        try {
            while (free == 0 || waiting.element() != rank) {
                wait();
            }
            free--;
        } finally {
            waiting.remove(rank);
            notifyAll();
        }
    }

    synchronized void leave() {
        free++;
        notifyAll();
    }
}
