package io.mlaas.bench;

import io.mlaas.bench.chaos.ChaosCommand;
import io.mlaas.bench.monitoring.MonitoringCommand;
import io.mlaas.bench.mqtt.MqttCommand;
import io.mlaas.bench.serving.ServingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command behind {@code bench/load.sh}, {@code bench/mqtt/run.sh}, {@code bench/monitoring/run.sh} and
 * {@code bench/chaos/run.sh}.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            RegistrationsCommand.class,
            ReadsCommand.class,
            TransferCommand.class,
            LearnersCommand.class,
            MonitoringCommand.class,
            MqttCommand.class,
            ServingCommand.class,
            ChaosCommand.class,
            CommandLine.HelpCommand.class
        },
        description = "Puts load on the running local stack (./mlaas up) and prints what was measured.")
final class Bench {

    private Bench() {}

    /** Ends with 0 when all went as promised, 1 when a promise was broken, 2 for wrong options. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
