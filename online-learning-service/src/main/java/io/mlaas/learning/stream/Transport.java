package io.mlaas.learning.stream;

/** What carries messages. */
public enum Transport {
    MQTT,
    KAFKA
}
