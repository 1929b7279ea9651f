package io.mlaas.observer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a program may use: the machine's system, what its image is made of, its inputs, and its own directories.
 *
 * @param readOnly files and directories that it reads
 * @param writable those that are its own
 */
public record Declared(List<Path> readOnly, List<Path> writable) {
    /** The system's programs, libraries, interpreters, locales and settings. */
    static final List<Path> SYSTEM = paths("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc");

    /** What the kernel shows, and what Java machines tell one another there. */
    static final List<Path> KERNEL = paths("/proc", "/sys", "/dev");

    public Declared {
        readOnly = List.copyOf(readOnly);
        writable = List.copyOf(writable);
    }

    /**
     * Everything that an image names is part of it: its files, the paths in its command and in its variables, and the
     * installation that its program belongs to ({@code /opt/jdk} for {@code /opt/jdk/bin/java}).
     */
    public static Declared of(
            List<String> command,
            Map<String, String> environment,
            List<Path> files,
            List<Path> inputs,
            List<Path> writable) {
        Set<Path> readOnly = new LinkedHashSet<>(files);
        readOnly.addAll(inputs);
        command.forEach(argument -> addPaths(argument, readOnly));
        environment.values().forEach(value -> addPaths(value, readOnly));
        if (!command.isEmpty()) {
            addInstallation(Path.of(command.getFirst()), readOnly);
        }
        return new Declared(
                readOnly.stream()
                        .map(path -> path.toAbsolutePath().normalize())
                        .distinct()
                        .toList(),
                writable.stream().map(path -> path.toAbsolutePath().normalize()).toList());
    }

    private static void addPaths(String text, Set<Path> paths) {
        for (String part : text.split("[:=,]", -1)) {
            String path = part.endsWith("/*") ? part.substring(0, part.length() - 2) : part;
            if (path.startsWith("/") && path.length() > 1 && path.indexOf('\0') < 0 && Files.exists(Path.of(path))) {
                paths.add(Path.of(path));
            }
        }
    }

    private static void addInstallation(Path program, Set<Path> paths) {
        Path real = real(program);
        Path directory = real.getParent();
        if (directory == null || !directory.endsWith("bin")) {
            return;
        }
        Path installation = directory.getParent();
        if (installation != null && installation.getNameCount() > 1) {
            paths.add(installation);
        }
    }

    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** All that is declared, whatever holds other things first. */
    List<Path> visible() {
        List<Path> all = new ArrayList<>(SYSTEM);
        all.addAll(readOnly);
        all.addAll(writable);
        return all.stream()
                .distinct()
                .filter(Files::exists)
                .sorted(Comparator.comparing(Path::getNameCount))
                .toList();
    }

    boolean isWritable(Path path) {
        return writable.contains(path);
    }

    /** The places of all this, under their own names and under those that their links lead to. */
    Places places() {
        Set<Path> all = new LinkedHashSet<>();
        for (List<Path> some : List.of(SYSTEM, KERNEL, readOnly, writable)) {
            for (Path path : some) {
                all.add(path);
                all.add(real(path));
            }
        }
        return new Places(all);
    }

    record Places(Set<Path> all) {

        boolean cover(Path path) {
            return all.stream().anyMatch(path::startsWith);
        }

        /** A directory that only leads to what is declared. */
        boolean areBelow(Path directory) {
            return all.stream().anyMatch(place -> place.startsWith(directory));
        }
    }

    private static List<Path> paths(String... names) {
        return Arrays.stream(names).map(Path::of).toList();
    }
}
