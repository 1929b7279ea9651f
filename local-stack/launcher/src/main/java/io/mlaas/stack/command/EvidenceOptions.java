package io.mlaas.stack.command;

import io.mlaas.contracts.ChainException;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ChainUnreachableException;
import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.evidence.AnchoringOnChain;
import io.mlaas.stack.evidence.BrokenLinkException;
import io.mlaas.stack.evidence.Evidence;
import io.mlaas.stack.evidence.EvidenceCheck;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.ChainAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of {@code mlaas verify} that follows evidence to the anchor registry. */
final class EvidenceOptions {
    @Option(
            names = "--proof",
            paramLabel = "FILE",
            description = "an inclusion proof, byte for byte as GET /{dataset,model}/{id}/proof answers it: of FILE, of"
                    + " what --signature signs, of --provenance or of --disclosure; may be repeated")
    private List<Path> proofs = List.of();

    @Option(
            names = "--signature",
            paramLabel = "FILE",
            description = "an OpenSSF Model Signing bundle (GET /model/{id}/signature)")
    private @Nullable Path signature;

    @Option(
            names = "--provenance",
            paramLabel = "FILE",
            description = "a signed statement about FILE (GET /model/{id}/provenance)")
    private @Nullable Path provenance;

    @Option(
            names = "--disclosure",
            paramLabel = "FILE",
            description = "signed commitments with disclosed facts (POST /model/{id}/disclosures)")
    private @Nullable Path disclosure;

    @Option(
            names = "--key",
            paramLabel = "PEM",
            description =
                    "the public key behind a signature; the chain says whose it is; if it is revoked, --proof has to show that what it signed was anchored before;"
                            + " may be repeated")
    private List<Path> keys = List.of();

    @Option(
            names = "--registry",
            paramLabel = "ADDRESS",
            description = "the anchor registry to be believed (default: the local stack's)")
    private @Nullable String registry;

    boolean isAsked() {
        return !proofs.isEmpty() || signature != null || provenance != null || disclosure != null;
    }

    /** Prints each link that holds, and the one that does not. */
    int verify(Terminal terminal, Path file, @Nullable URI rpc, Optional<ChainAddress> local) throws IOException {
        String address = Optional.ofNullable(registry)
                .or(() -> local.map(ChainAddress::registry))
                .orElseThrow(() -> unknown("--registry ADDRESS"));
        URI node = Optional.ofNullable(rpc)
                .or(() -> local.map(ChainAddress::rpcUrl).map(URI::create))
                .orElseThrow(() -> unknown("--rpc URL"));
        Evidence evidence = new Evidence(
                file,
                all(proofs, "--proof"),
                one(signature, "--signature"),
                one(provenance, "--provenance"),
                one(disclosure, "--disclosure"),
                texts(keys));
        try (ChainReader chain = ChainReader.connect(node)) {
            new EvidenceCheck(
                            new AnchoringOnChain(chain, address),
                            (link, what) -> terminal.line("%-16s %s".formatted(link, what)))
                    .check(evidence);
        } catch (BrokenLinkException e) {
            terminal.line("");
            terminal.line(terminal.in(Colour.RED, "NOT VERIFIED") + ": " + e.getMessage());
            return 1;
        } catch (ChainUnreachableException e) {
            throw new StackProblem(StackProblem.Kind.NOT_RUNNING, "no chain answers at %s".formatted(node), e);
        } catch (ChainException e) {
            throw new StackProblem(StackProblem.Kind.FAILED, String.valueOf(e.getMessage()), e);
        }
        terminal.line("");
        terminal.line(terminal.in(Colour.GREEN, "VERIFIED") + ": every link holds");
        return 0;
    }

    private static StackProblem unknown(String option) {
        return new StackProblem(
                StackProblem.Kind.NOT_RUNNING,
                "the local stack's chain is not known (mlaas up starts it); or give " + option);
    }

    private static List<byte[]> all(List<Path> paths, String option) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path path : paths) {
            contents.add(read(path, option));
        }
        return contents;
    }

    private static byte @Nullable [] one(@Nullable Path path, String option) throws IOException {
        return path == null ? null : read(path, option);
    }

    private static List<String> texts(List<Path> paths) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path path : paths) {
            texts.add(new String(read(path, "--key"), StandardCharsets.ISO_8859_1));
        }
        return texts;
    }

    private static byte[] read(Path path, String option) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("%s: %s (expected: a file)".formatted(option, path));
        }
        return Files.readAllBytes(path);
    }
}
