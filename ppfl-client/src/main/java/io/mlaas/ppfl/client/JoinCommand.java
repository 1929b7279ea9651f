package io.mlaas.ppfl.client;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.IdentityException;
import io.mlaas.ppfl.protocol.v1.Finished;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes part until the federation ends. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Takes part in a federation until it ends. Run it again after a crash: it goes on where it was.",
            "The samples and the private key never leave this machine. What is sent: the change of the model's weights, as the"
                    + " plan clips, filters, masks or encrypts it; where the plan has no noise, how many samples there are"
                    + " and how the model does on those held back; and why this client cannot take part, if so."
        },
        footer = {
            "",
            "Example:",
            "  java -jar ppfl-client.jar join kit.json --network-check",
            "  java -jar ppfl-client.jar join kit.json --data shard.csv --label label",
            "",
            "Exit codes: 0 the federation has ended well; 1 it has failed or was cancelled; 2 wrong options or data;",
            "3 the server does not let this client in."
        })
final class JoinCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it
    private CommandSpec spec;

    @Parameters(paramLabel = "KIT", description = "The enrolment kit (JSON) that the federation's owner handed over.")
    @SuppressWarnings("NullAway.Init")
    private Path kit;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "The samples: CSV, NPY, NPZ, MAT v5 or idx-ubyte. Needed, but for --network-check.")
    private @Nullable Path data;

    @Option(
            names = "--label",
            paramLabel = "NAME",
            description = "Column or array of the labels; as the federation's plan says unless it is given.")
    private @Nullable String label;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where this client keeps its key and its answers (mode 0700). Default:"
                    + " ~/.mlaas-ppfl/<federation>-<participant>")
    private @Nullable Path state;

    @Option(
            names = "--engine",
            paramLabel = "DIR",
            description = "Folder of PyTorch's native libraries (libtorch.so …), if they are neither on the class path"
                    + " nor in ~/.djl.ai.")
    private @Nullable Path engine;

    @Option(
            names = "--report-measures",
            description =
                    "Tell the server loss and accuracy of the global model on the samples held back, even where the"
                            + " federation promises differential privacy: they are not part of that promise.")
    private boolean reportMeasures;

    @Option(
            names = "--network-check",
            description = "Only look whether the server can be reached and is the one of the kit; nothing is enrolled.")
    private boolean networkCheck;

    @Override
    public Integer call() throws InterruptedException {
        EnrolmentKit read = kit();
        PrintWriter out = spec.commandLine().getOut();
        if (networkCheck) {
            return NetworkCheck.of(read, out);
        }
        if (data == null || !Files.isReadable(data)) {
            throw ClientException.badInput(
                    "--data: " + (data == null ? "missing" : data) + " (expected: a file that can be read)");
        }
        Engine.use(engine);
        try (StateDirectory directory = StateDirectory.open(state == null ? usual(read) : state)) {
            ProgressLines progress = new ProgressLines(read, out, directory);
            Preparation preparation = new Preparation(read, directory, data, label, reportMeasures, progress);
            Finished end = new Participation(read, directory, progress, preparation).untilTheEnd();
            progress.finished(end);
            return end.getState().equals("SUCCEEDED") ? 0 : 1;
        }
    }

    private EnrolmentKit kit() {
        try {
            return EnrolmentKit.parse(Files.readString(kit));
        } catch (IdentityException e) {
            throw ClientException.badInput(kit + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw ClientException.badInput(kit + ": no such file (expected: an enrolment kit)", e);
        } catch (IOException e) {
            throw ClientException.badInput(kit + ": cannot be read: " + e + " (expected: an enrolment kit)", e);
        }
    }

    private static Path usual(EnrolmentKit kit) {
        return Path.of(System.getProperty("user.home"), ".mlaas-ppfl", kit.federation() + "-" + kit.participant());
    }
}
