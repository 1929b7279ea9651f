package io.mlaas.bench.mqtt;

import picocli.CommandLine.Command;

@Command(
        name = "mqtt",
        mixinStandardHelpOptions = true,
        subcommands = {SpeedCommand.class, KillCommand.class},
        description = {
            "Devices publish with QoS 1 to a learner of the running local stack.",
            "Ends with 1 if a message that the broker had acknowledged was lost, or one was learned twice."
        })
public final class MqttCommand {}
