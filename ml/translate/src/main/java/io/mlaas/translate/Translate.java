package io.mlaas.translate;

import ai.djl.engine.EngineException;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.CertifiedTranslation.Wishes;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TimeLimit;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.parity.Oversight;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.RecordedOutputs;
import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.onnx.parity.SigningKey;
import io.mlaas.onnx.parity.WideReference;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mlaas translate}: a model file to ONNX; the model is read, never executed by the translator, and compared. */
@Command(
        name = "mlaas translate",
        mixinStandardHelpOptions = true,
        version = "mlaas 0.1.0-SNAPSHOT",
        sortOptions = false,
        description = {
            "Translates a trained model to ONNX, without its framework and without Python, and compares the two on at"
                    + " least 1,000 inputs. Nothing is written unless they agree."
        },
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  translated; with --check: it can be",
            "  1  it is not translated, for the reasons told",
            "  2  the file is no model, or wrong usage"
        })
public final class Translate implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "the model: TorchScript, or another format of docs/translation.md")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.onnx",
            description = "where to write (default: FILE with the ending .onnx)")
    private @Nullable Path output;

    @Option(names = "--opset", paramLabel = "N", description = "version of ONNX's operator set (default: 17)")
    private @Nullable Integer opset;

    @Option(names = "--quantize", description = "store large weights in 8 bits; the cost is reported")
    private boolean quantize;

    @Option(names = "--check", description = "only tell what could not be translated; nothing is written")
    private boolean check;

    @Option(
            names = "--reference",
            paramLabel = "IO.npz",
            description = "also compare with these inputs and outputs, recorded in the source framework")
    private @Nullable Path reference;

    @Option(names = "--certificate", paramLabel = "OUT.json", description = "where to write the parity certificate")
    private @Nullable Path certificate;

    @Option(
            names = "--sign-with",
            paramLabel = "KEY.pem",
            description = "sign the certificate with this Ed25519 key (PKCS #8, as openssl genpkey writes it)")
    private @Nullable Path key;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            description = "give up, and write nothing, after so many seconds, or 10m, or 1h (default: no limit)")
    private @Nullable String timeLimit;

    @Option(names = "--float64", description = "calculate in 64-bit floats, where ONNX allows it")
    private boolean float64;

    @Option(names = "--static", description = "fix every size; the batch is 1")
    private boolean fixed;

    @Option(
            names = "--input-shape",
            paramLabel = "[NAME=]SIZES",
            description =
                    "sizes without the batch, such as 3,224,224, where the file does not say; for several inputs once"
                            + " for each, with its name: tokens=time:12, where the axis time may vary and is 12 long as a rule")
    private List<String> inputShapes = List.of();

    @Option(
            names = "--input-type",
            paramLabel = "[NAME=]TYPE",
            description =
                    "float32, int64 …, where the file does not say; for several inputs once for each, with its name")
    private List<String> inputTypes = List.of();

    private static final Logger log = LoggerFactory.getLogger(Translate.class);
    private static final Pattern OPSET = Pattern.compile("[0-9]{1,4}");

    private final PrintWriter out;
    private final PrintWriter err;

    private Translate(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        int status = run(writer(System.out), writer(System.err), args);
        if (status != 0) { // exit looks in every jar for a logger that wants to know
            System.exit(status);
        }
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        Translate plain = new Translate(out, err);
        return plain.understands(args) ? plain.runReporting() : runWithPicocli(out, err, args);
    }

    private static int runWithPicocli(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Translate(out, err))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, err))
                .execute(args);
    }

    /**
     * Whether these are the arguments of a usual call, which are taken without picocli: loading its classes takes longer
     * than most translations. Everything else, mistakes included, is left to picocli.
     */
    private boolean understands(String... args) {
        boolean named = false;
        for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            if (argument.startsWith("-")) {
                if (!isSwitch(argument) && !(rest.hasNext() && takes(argument, rest.next()))) {
                    return false;
                }
            } else if (named) {
                return false;
            } else {
                file = Path.of(argument);
                named = true;
            }
        }
        return named;
    }

    private boolean isSwitch(String option) {
        switch (option) {
            case "--check" -> check = true;
            case "--quantize" -> quantize = true;
            case "--float64" -> float64 = true;
            case "--static" -> fixed = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takes(String option, String value) {
        if (value.startsWith("-")) {
            return false;
        }
        switch (option) {
            case "-o", "--output" -> output = Path.of(value);
            case "--certificate" -> certificate = Path.of(value);
            case "--sign-with" -> key = Path.of(value);
            case "--reference" -> reference = Path.of(value);
            case "--input-shape" -> inputShapes = and(inputShapes, value);
            case "--input-type" -> inputTypes = and(inputTypes, value);
            case "--opset" -> {
                if (!OPSET.matcher(value).matches()) {
                    return false;
                }
                opset = Integer.valueOf(value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static List<String> and(List<String> before, String value) {
        return Stream.concat(before.stream(), Stream.of(value)).toList();
    }

    private int runReporting() {
        try {
            return call();
        } catch (Exception e) {
            try {
                return report(e, err);
            } catch (Exception unexpected) {
                unexpected.printStackTrace(err);
                return 1;
            }
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int report(Exception failure, PrintWriter err) throws Exception {
        switch (failure) {
            case TranslationRefused refused -> {
                err.println("not translated: " + refused.getMessage());
                return isNoModel(refused.reason()) ? 2 : 1;
            }
            case ParityFailed failed -> {
                err.println("not translated, the translation would differ: " + failed.getMessage());
                ParityCertificate.FirstDifference first = failed.certificate().firstDifference();
                if (first != null) {
                    err.println("  first at node %s (%s) %s: %s (expected: %s)"
                            .formatted(
                                    first.node(),
                                    first.operator(),
                                    first.origin(),
                                    first.translated(),
                                    first.reference()));
                }
                return 1;
            }
            case EngineException refused -> {
                err.println("not translated: PyTorch does not run the model: " + refused.getMessage());
                return 1;
            }
            case NoSuchFileException missing -> {
                err.println("no such file: " + missing.getFile());
                return 2;
            }
            case IOException io -> {
                err.println("not translated: " + io.getMessage());
                return 1;
            }
            case IllegalArgumentException usage -> {
                err.println(usage.getMessage());
                return 2;
            }
            default -> throw failure;
        }
    }

    private static boolean isNoModel(Reason reason) {
        return reason == Reason.NOT_A_MODEL || reason == Reason.NOT_TORCHSCRIPT;
    }

    @Override
    public Integer call() throws IOException {
        Report report = new Report(out);
        Path target = output == null ? withEnding(file) : output;
        Oversight oversight = new Oversight(
                timeLimit == null ? TimeLimit.NONE : TimeLimit.of(TimeLimit.parse(timeLimit)), new ProgressLine(err));
        Optional<RecordedOutputs> recorded =
                reference == null ? Optional.empty() : Optional.of(RecordedOutputs.read(reference));
        progress("reading " + file);
        try (SourceModel model = new OnnxTranslator().open(file)) {
            if (check) {
                return check(model, report);
            }
            progress("translating");
            CertifiedTranslation certified = translate(model, recorded, oversight);
            oversight.limit().check("with all inputs compared");
            write(target, certified.translation().onnx()::writeTo);
            if (certificate != null) {
                String text = signed(certified.certificate());
                write(certificate, part -> Files.writeString(part, text));
            }
            report.translated(certified);
            report.row(
                    "written",
                    "%s, %,d bytes"
                            .formatted(target, certified.translation().onnx().size()));
            return 0;
        }
    }

    /** PyTorch, where it is needed, is loaded meanwhile: that takes longer than most translations. */
    private CertifiedTranslation translate(SourceModel model, Optional<RecordedOutputs> recorded, Oversight oversight)
            throws IOException {
        if (model.reference().isPresent()) {
            return compare(model, model.translate(options()), recorded, oversight);
        }
        Thread loading = Thread.ofPlatform()
                .name("pytorch-load")
                .uncaughtExceptionHandler((thread, failure) -> log.debug("PyTorch is not loaded", failure))
                .start(PyTorch::engine);
        try {
            return compare(model, model.translate(options()), recorded, oversight);
        } finally {
            awaitEnd(loading); // a process that ends within a library's loading may crash
        }
    }

    private static void awaitEnd(Thread loading) {
        try {
            loading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int check(SourceModel model, Report report) {
        List<Unsupported> unsupported = model.unsupported(options());
        if (unsupported.isEmpty()) {
            model.translate(options());
            report.row("check", "everything in it can be translated");
            return 0;
        }
        report.unsupported(unsupported);
        return 1;
    }

    private CertifiedTranslation compare(
            SourceModel model, OnnxTranslation translation, Optional<RecordedOutputs> recorded, Oversight oversight)
            throws IOException {
        Wishes wishes = new Wishes(options(), quantize, Optional.empty(), recorded);
        if (model.reference().isPresent()) {
            progress("comparing");
            return CertifiedTranslation.of(model, translation, Optional.empty(), wishes, oversight, Clock.systemUTC());
        }
        progress("comparing with PyTorch");
        TranslationOptions wide = options().withFloat64(true);
        try (PyTorchReference pytorch = PyTorchReference.open(file, translation);
                WideReference<PyTorchReference> both =
                        new WideReference<>(pytorch, () -> PyTorchReference.open(file, model.translate(wide)))) {
            return CertifiedTranslation.of(model, translation, Optional.of(both), wishes, oversight, Clock.systemUTC());
        }
    }

    private TranslationOptions options() {
        TranslationOptions options =
                new GivenOptions(inputShapes, inputTypes, float64, fixed).applyTo(TranslationOptions.DEFAULT);
        return opset == null ? options : options.withOpset(opset);
    }

    private String signed(ParityCertificate unsigned) throws IOException {
        if (key == null) {
            return unsigned.toJson();
        }
        return SignedCertificate.sign(unsigned.toJson(), SigningKey.read(key)).toJson();
    }

    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    /** Whoever reads the target sees the old file or the whole new one. */
    private static void write(Path target, Content content) throws IOException {
        Path whole = target.toAbsolutePath();
        Path part = Files.createTempFile(whole.getParent(), "mlaas-", ".part");
        try {
            content.writeTo(part);
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static Path withEnding(Path file) {
        String name = String.valueOf(file.toAbsolutePath().normalize().getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".onnx");
    }

    private void progress(String what) {
        err.println(what + " …");
    }
}
