package io.mlaas.training.runner;

import io.mlaas.api.sharing.TrainingRecord.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The machine that this service is on, as {@code /proc} and {@code /etc/os-release} tell. */
public final class ThisMachine {
    /** Instruction sets by which numeric libraries choose how they calculate. */
    private static final Set<String> THAT_ROUND = Set.of(
            "sse2",
            "sse3",
            "ssse3",
            "sse4_1",
            "sse4_2",
            "avx",
            "avx2",
            "fma",
            "f16c",
            "avx512f",
            "avx512bw",
            "avx512cd",
            "avx512dq",
            "avx512vl",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "avx_vnni",
            "amx_bf16",
            "amx_int8",
            "amx_tile",
            "asimd",
            "asimdhp",
            "asimddp",
            "bf16",
            "i8mm",
            "sve",
            "sve2");

    private ThisMachine() {}

    public static Platform platform() {
        List<String> cpu = lines(Path.of("/proc/cpuinfo"));
        return new Platform(
                value(lines(Path.of("/etc/os-release")), "PRETTY_NAME", "=")
                        .map(name -> name.replace("\"", ""))
                        .orElse(System.getProperty("os.name")),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                value(cpu, "model name", ":").orElse(null),
                value(cpu, "flags", ":").or(() -> value(cpu, "Features", ":")).stream()
                        .flatMap(flags -> Arrays.stream(flags.split(" ", -1)))
                        .filter(THAT_ROUND::contains)
                        .distinct()
                        .sorted()
                        .toList(),
                Runtime.getRuntime().availableProcessors());
    }

    private static Optional<String> value(List<String> lines, String name, String separator) {
        return lines.stream()
                .map(line -> line.split(separator, 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                .map(parts -> parts[1].strip())
                .findFirst();
    }

    /** A machine that does not tell leaves a fact out; no training fails for it. */
    private static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.limit(200).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
