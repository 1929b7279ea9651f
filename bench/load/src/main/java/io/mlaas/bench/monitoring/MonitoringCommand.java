package io.mlaas.bench.monitoring;

import picocli.CommandLine.Command;

@Command(
        name = "monitoring",
        mixinStandardHelpOptions = true,
        subcommands = {IngestCommand.class, KillIntakeCommand.class, OrderCommand.class},
        description = {
            "Predictions and labels through Kafka to monitors of the running local stack.",
            "Ends with 1 if one was lost or counted twice, or if a report depends on the order in which they came."
        })
public final class MonitoringCommand {}
