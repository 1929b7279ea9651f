package io.mlaas.learning.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
    private final List<Integer> sent = new ArrayList<>();
    private final Acknowledgements acknowledgements = new Acknowledgements(message -> sent.add(message.getId()));

    private static MqttMessage message(int id, int qos) {
        MqttMessage message = new MqttMessage(new byte[0], qos, false, null);
        message.setId(id);
        return message;
    }

    @Test
    void keepTheOrderInWhichMessagesCame() {
        Runnable first = acknowledgements.after(1, message(7, 1));
        acknowledgements.after(1, message(0, 0)).run();
        Runnable second = acknowledgements.after(2, message(3, 1));
        Runnable third = acknowledgements.after(1, message(5, 1));

        third.run();
        second.run();
        assertThat(sent).isEmpty();
        first.run();
        assertThat(sent).containsExactly(7);
        second.run();
        assertThat(sent).containsExactly(7, 3, 5);
    }
}
