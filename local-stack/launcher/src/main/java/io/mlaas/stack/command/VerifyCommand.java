package io.mlaas.stack.command;

import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainException;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ChainUnreachableException;
import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.evidence.FileDigests;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.ChainAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares a file with what the chain says of it, asking nothing but the chain (JSON-RPC).",
            "With --asset: with the asset's contract. With --proof, --signature, --provenance or --disclosure: follows",
            "file, digest, proof and root to the chain, and from signature and statement to keys that are on the chain.",
            "Exit status 0 if all of it holds, 1 if not: the last line says which link broke."
        },
        footer = {
            "",
            "mlaas verify model.bin --asset ID",
            "mlaas verify model.bin --proof proof.json --rpc URL --registry ADDRESS",
            "mlaas verify model.bin --signature model.sig --provenance provenance.json --key company.pem --key platform.pem"
        })
final class VerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "the dataset or trained model")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--asset", paramLabel = "ID", description = "the dataset's or model's id")
    private @Nullable UUID asset;

    @Mixin
    private EvidenceOptions evidence = new EvidenceOptions();

    @Option(names = "--rpc", paramLabel = "URL", description = "the node to ask (default: the local stack's)")
    private @Nullable URI rpc;

    @Option(
            names = "--directory",
            paramLabel = "ADDRESS",
            description = "the contract that lists the assets (default: the local stack's)")
    private @Nullable String directory;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description =
                    "the parity certificate of a translated model, byte for byte as GET /model/{id}/certificate answers it")
    private @Nullable Path certificate;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("FILE: %s (expected: a file)".formatted(file));
        }
        if (certificate != null && !Files.isRegularFile(certificate)) {
            throw new IllegalArgumentException("--certificate: %s (expected: a file)".formatted(certificate));
        }
        if (asset == null && !evidence.isAsked()) {
            throw new ParameterException(
                    spec.commandLine(), "expected: --asset, --proof, --signature, --provenance or --disclosure");
        }
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        int status = asset == null ? 0 : verifyAsset(terminal, asset);
        if (status == 0 && evidence.isAsked()) {
            status = evidence.verify(terminal, file, rpc, ChainAddress.read(Home.find()));
        }
        return status;
    }

    private int verifyAsset(Terminal terminal, UUID id) throws IOException {
        ChainAddress where = where();
        FileDigests digests = FileDigests.of(file);
        Optional<ChainEvidence> said = ask(where, id);
        if (said.isEmpty()) {
            terminal.line(terminal.in(Colour.RED, "NOT VERIFIED")
                    + ": the directory %s knows no asset %s".formatted(where.directory(), id));
            return 1;
        }
        return report(terminal, said.get(), digests);
    }

    private ChainAddress where() {
        if (rpc != null && directory != null) {
            return new ChainAddress(rpc.toString(), 0, directory, null);
        }
        ChainAddress local = ChainAddress.read(Home.find())
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING,
                        "the local stack's chain is not known (mlaas up starts it); or give --rpc and --directory"));
        return new ChainAddress(
                rpc == null ? local.rpcUrl() : rpc.toString(),
                local.chainId(),
                directory == null ? local.directory() : directory,
                local.registry());
    }

    private Optional<ChainEvidence> ask(ChainAddress where, UUID id) {
        try (ChainReader chain = ChainReader.connect(URI.create(where.rpcUrl()))) {
            return chain.evidence(where.directory(), id);
        } catch (ChainUnreachableException e) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "no chain answers at %s".formatted(where.rpcUrl()), e);
        } catch (ChainException e) {
            throw new StackProblem(StackProblem.Kind.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private int report(Terminal terminal, ChainEvidence said, FileDigests digests) throws IOException {
        AssetOnChain on = said.asset();
        boolean same = digests.sha256().equals(said.sha256());
        print(terminal, "file", "%s (%d bytes)".formatted(file, digests.size()));
        print(terminal, "sha256", digests.sha256());
        print(terminal, "md5", digests.md5());
        terminal.line("");
        print(terminal, "chain", "id %d, read at block %d".formatted(said.chainId(), said.blockNumber()));
        print(terminal, "directory", said.directory() + genuine(said.directoryIsGenuine()));
        if (said.lineage().size() > 1) {
            print(terminal, "registered by", said.registeredBy().address() + ", a predecessor of that directory");
        }
        print(
                terminal,
                "contract",
                "%s%s, a %s"
                        .formatted(
                                on.address(),
                                genuine(said.contractIsGenuine()),
                                on.kind().toString().toLowerCase(java.util.Locale.ROOT)));
        print(terminal, "asset", on.assetId().toString());
        print(terminal, "organization", on.organizationId().toString());
        if (on instanceof AssetOnChain.Model model && model.fields().isImported()) {
            print(terminal, "training", "not witnessed: the model was imported");
        }
        print(terminal, "sha256 on chain", said.sha256() == null ? "none: not trained yet" : said.sha256());
        print(terminal, "md5 on chain", said.md5() == null ? "none" : said.md5());
        print(terminal, "registered", transaction(said.registration()));
        if (said.verification() != null) {
            print(terminal, "result recorded", transaction(said.verification()));
        }
        boolean certified = certificate == null || isCertificate(terminal, certificate, on);
        terminal.line("");
        if (same && certified && said.isGenuine()) {
            terminal.line(terminal.in(Colour.GREEN, "VERIFIED") + ": the file is what the chain says"
                    + (certificate == null ? "" : ", and so is its certificate"));
            return 0;
        }
        terminal.line(terminal.in(Colour.RED, "NOT VERIFIED") + ": " + reason(same, certified));
        return 1;
    }

    private static String reason(boolean same, boolean certified) {
        if (!same) {
            return "the file is not what the chain says";
        }
        return certified
                ? "the contract is not the published one"
                : "the certificate is not the one that the translation was registered with";
    }

    /** A translation's contract declares what it was made by: the digest of its certificate. */
    private static boolean isCertificate(Terminal terminal, Path certificate, AssetOnChain on) throws IOException {
        String found = FileDigests.of(certificate).sha256();
        String declared =
                on instanceof AssetOnChain.Model model && model.fields().sourceModelId() != null
                        ? model.fields().definitionSha256()
                        : null;
        print(terminal, "certificate", found);
        print(terminal, "on chain", declared == null ? "none: no translation" : declared);
        return found.equals(declared);
    }

    private static String genuine(boolean is) {
        return is ? " (code as published)" : " (NOT the published code)";
    }

    private static String transaction(ChainEvidence.Transaction transaction) {
        return "block %d, %s, transaction %s"
                .formatted(transaction.blockNumber(), transaction.blockTime(), transaction.hash());
    }

    private static void print(Terminal terminal, String name, String value) {
        terminal.line("%-16s %s".formatted(name, value));
    }
}
