package io.mlaas.observer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The library and the launcher, unpacked, and what works of them on this machine. */
public final class Observer {
    /** 2020-01-01: before any real run, so that no wait for a moment of it is long. */
    private static final String START = "1577836800";

    private static final String PRELOAD = "LD_PRELOAD";
    private static final String SEED = "20200101";
    private static final long PROBE_SECONDS = 20;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<String> THREAD_COUNTS = List.of(
            "OMP_NUM_THREADS",
            "OMP_THREAD_LIMIT",
            "MKL_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "BLIS_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "TF_NUM_INTRAOP_THREADS",
            "TF_NUM_INTEROP_THREADS",
            "RAYON_NUM_THREADS",
            "JULIA_NUM_THREADS",
            "GOMAXPROCS");

    private final Path directory;
    private final @Nullable String missing;
    private final Set<Barrier> enforced;

    private Observer(Path directory, @Nullable String missing, Set<Barrier> enforced) {
        this.directory = directory;
        this.missing = missing;
        this.enforced = enforced;
    }

    /**
     * Unpacks both into the directory, and tries what this machine allows.
     *
     * @throws IOException if the directory cannot be written to
     */
    public static Observer installed(Path directory) throws IOException {
        Path own = Files.createDirectories(directory.toAbsolutePath().normalize());
        for (String file : List.of("libmlaas-observer.so", "mlaas-confine")) {
            if (!unpack(file, own)) {
                return lacking(
                        own,
                        "the observer is not there for %s: it was built without a C compiler".formatted(platform()));
            }
        }
        Files.createDirectories(own.resolve("root"));
        Observer observer = new Observer(own, null, EnumSet.noneOf(Barrier.class));
        Optional<String> unusable = observer.unusable();
        if (unusable.isPresent()) {
            return lacking(own, unusable.get());
        }
        return new Observer(own, null, observer.probe());
    }

    static Observer lacking(Path directory, String missing) {
        return new Observer(directory, missing, Set.of());
    }

    /** Why causes cannot be looked for here; nothing if they can. */
    public Optional<String> missing() {
        return Optional.ofNullable(missing);
    }

    /** What a program is kept from, rather than only watched at; without {@link Barrier#FILES} and NETWORK it sees all. */
    public Set<Barrier> enforced() {
        return Set.copyOf(enforced);
    }

    /** As where nothing can be enforced. */
    Observer withoutBarriers() {
        return new Observer(directory, missing, Set.of());
    }

    /**
     * @param pinned what is the same each time
     * @param log where the run is told about, for {@link Observations}
     * @param declared what the program may use
     * @throws IllegalStateException if something is {@link #missing}
     */
    public Conditions conditions(Set<Factor> pinned, Path log, Declared declared) {
        if (missing != null) {
            throw new IllegalStateException(missing);
        }
        Map<String, String> environment = environment(pinned, log);
        List<String> prefix =
                new ArrayList<>(List.of(directory.resolve("mlaas-confine").toString()));
        environment.forEach((name, value) -> prefix.addAll(
                name.equals(PRELOAD) ? List.of("--preload", value) : List.of("--set", name + "=" + value)));
        if (!pinned.contains(Factor.HASH_ORDER)) {
            // otherwise Python takes it from the random numbers, which may be pinned; what the image says goes before
            prefix.addAll(List.of("--default", "PYTHONHASHSEED=" + Integer.toUnsignedLong(RANDOM.nextInt() | 1)));
        } else {
            prefix.add("--fixed-addresses");
        }
        if (pinned.contains(Factor.THREADS)) {
            prefix.add("--one-processor");
        }
        prefix.addAll(barriers(enforced, log, declared));
        prefix.add("--");
        return new Conditions(environment, prefix);
    }

    private Map<String, String> environment(Set<Factor> pinned, Path log) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(PRELOAD, directory.resolve("libmlaas-observer.so").toString());
        environment.put("MLAAS_OBSERVER_LOG", log.toAbsolutePath().normalize().toString());
        for (Factor factor : EnumSet.allOf(Factor.class)) {
            if (pinned.contains(factor)) {
                environment.putAll(pin(factor));
            }
        }
        return environment;
    }

    private static Map<String, String> pin(Factor factor) {
        return switch (factor) {
            case CLOCK -> Map.of("MLAAS_OBSERVER_CLOCK", START);
            case ENTROPY -> Map.of("MLAAS_OBSERVER_ENTROPY", SEED);
            case HASH_ORDER -> Map.of("PYTHONHASHSEED", "0", "PERL_HASH_SEED", "0", "PERL_PERTURB_KEYS", "0");
            case THREADS -> {
                Map<String, String> counts = new LinkedHashMap<>();
                THREAD_COUNTS.forEach(name -> counts.put(name, "1"));
                counts.put("OMP_DYNAMIC", "FALSE");
                counts.put("MKL_DYNAMIC", "FALSE");
                yield counts;
            }
        };
    }

    private List<String> barriers(Set<Barrier> wanted, Path log, Declared declared) {
        List<String> options = new ArrayList<>();
        for (Barrier barrier : wanted) {
            options.add(barrier.option());
            if (barrier == Barrier.FILES) {
                options.add(directory.resolve("root").toString());
                for (Path path : declared.visible()) {
                    options.addAll(List.of(declared.isWritable(path) ? "--writable" : "--read-only", path.toString()));
                }
                options.addAll(List.of(
                        "--read-only",
                        directory.toString(),
                        "--writable",
                        log.toAbsolutePath().toString()));
            }
        }
        return options;
    }

    /** The log of a run exists before it: only files that exist can be shown to a program. */
    public static void prepare(Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.deleteIfExists(log);
        Files.createFile(log);
    }

    private Optional<String> unusable() throws IOException {
        Path log = Files.createTempFile(directory, "probe", ".log");
        try {
            Conditions conditions = conditions(Set.of(Factor.values()), log, new Declared(List.of(), List.of()));
            Optional<String> failure = failureOf(conditions);
            if (failure.isEmpty() && !Observations.read(log).any()) {
                return Optional.of("the observer does not get into programs here (expected: Linux with glibc)");
            }
            return failure.map(said -> "the observer does not run here: " + said);
        } finally {
            Files.delete(log);
        }
    }

    private Set<Barrier> probe() throws IOException {
        Path log = Files.createTempFile(directory, "probe", ".log");
        try {
            for (Set<Barrier> wanted : List.of(
                    EnumSet.allOf(Barrier.class),
                    EnumSet.of(Barrier.FILES, Barrier.NETWORK),
                    EnumSet.of(Barrier.NETWORK))) {
                Observer candidate = new Observer(directory, null, wanted);
                Declared nothing = new Declared(List.of(), List.of(directory));
                if (failureOf(candidate.conditions(Set.of(), log, nothing)).isEmpty()) {
                    return wanted;
                }
            }
            return EnumSet.noneOf(Barrier.class);
        } finally {
            Files.delete(log);
        }
    }

    private Optional<String> failureOf(Conditions conditions) throws IOException {
        List<String> command = new ArrayList<>(conditions.prefix());
        command.addAll(List.of("/bin/sh", "-c", ": < /dev/null"));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("it did not end within " + PROBE_SECONDS + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 && said.isEmpty() ? Optional.empty() : Optional.of(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it was tried what works here", e);
        }
    }

    private static boolean unpack(String file, Path directory) throws IOException {
        try (InputStream in = Observer.class.getResourceAsStream(platform() + "/" + file)) {
            if (in == null) {
                return false;
            }
            // moved, so that a run which uses the one before is not disturbed
            Path made = Files.createTempFile(directory, file, ".new");
            Files.copy(in, made, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(
                    made, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static String platform() {
        String architecture = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "-"
                + (architecture.equals("amd64") ? "x86_64" : architecture);
    }
}
