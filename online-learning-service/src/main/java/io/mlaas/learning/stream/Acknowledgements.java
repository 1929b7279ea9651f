package io.mlaas.learning.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Acknowledges messages in the order in which they came (MQTT 5, 4.6), in whatever order they become durable. */
final class Acknowledgements {
    private final Consumer<MqttMessage> acknowledge;
    private final Queue<Open> open = new ArrayDeque<>();

    Acknowledgements(Consumer<MqttMessage> acknowledge) {
        this.acknowledge = acknowledge;
    }

    private static final class Open {
        final MqttMessage message;
        int left;

        Open(MqttMessage message, int left) {
            this.message = message;
            this.left = left;
        }
    }

    /**
     * Called for every message, in their order.
     *
     * @return to be called so many times before the message is acknowledged
     */
    synchronized Runnable after(int times, MqttMessage message) {
        if (message.getQos() == 0) {
            return () -> {};
        }
        Open fresh = new Open(message, times);
        open.add(fresh);
        return () -> done(fresh);
    }

    private synchronized void done(Open one) {
        one.left--;
        for (Open first = open.peek(); first != null && first.left <= 0; first = open.peek()) {
            open.remove();
            acknowledge.accept(first.message);
        }
    }
}
