package io.mlaas.observer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the library noted of a run, each event once per process at most. */
public record Observations(List<Event> events) {
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    /** What Java machines tell one another, and files that have no name. */
    private static final List<String> OF_NOBODY = List.of("/tmp/hsperfdata_", "/tmp/.java_pid", "/memfd:");

    public Observations {
        events = List.copyOf(events);
    }

    /** The kinds of lines that the library writes (src/main/c/observer). */
    public enum Kind {
        PROGRAM,
        START,
        THREAD,
        CLOCK,
        ENTROPY,
        READ,
        WRITE,
        MAKE,
        MISS,
        CONNECT,
        SEND,
        LISTEN,
        RESOLVE
    }

    /**
     * @param what a path, an address, a name; which clock or source
     * @param program the executable
     */
    public record Event(Kind kind, String what, String program) {}

    /** @return nothing observed if there is no such file: no program ran that the library could be put into */
    public static Observations read(Path log) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(log);
        } catch (NoSuchFileException e) {
            return new Observations(List.of());
        }
        return read(List.of(new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)));
    }

    /** @param lines of such a log, its bytes as ISO 8859-1 */
    public static Observations read(List<String> lines) {
        Set<Event> events = new LinkedHashSet<>();
        lines.forEach(line -> parse(line).ifPresent(events::add));
        return new Observations(List.copyOf(events));
    }

    /** A line that a killed process left half written is no event. */
    private static Optional<Event> parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3 || fields[2].isEmpty()) {
            return Optional.empty();
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.name().equals(fields[0]))
                .findFirst()
                .map(kind -> new Event(kind, text(fields[1]), text(fields[2])));
    }

    /** Bytes that would break a line are written as \xhh. */
    private static String text(String field) {
        byte[] bytes = new byte[field.length()];
        int length = 0;
        for (int at = 0; at < field.length(); at++) {
            if (field.startsWith("\\x", at) && at + 4 <= field.length()) {
                bytes[length++] = (byte) Integer.parseInt(field, at + 2, at + 4, 16);
                at += 3;
            } else {
                bytes[length++] = (byte) field.charAt(at);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether anything of the run was observed at all. */
    public boolean any() {
        return !events.isEmpty();
    }

    /**
     * Files that were read, or looked for though they are hidden from the program, and addresses that were asked for or
     * spoken to. What the job itself wrote or listens to is its own.
     */
    public List<Undeclared> undeclared(Declared declared) {
        Set<String> own = whatOf(Kind.MAKE, Kind.WRITE);
        Set<String> ports = whatOf(Kind.LISTEN).stream().map(Observations::port).collect(Collectors.toSet());
        Declared.Places places = declared.places();
        Set<Undeclared> found = new LinkedHashSet<>();
        for (Event event : events) {
            switch (event.kind()) {
                case READ, START, PROGRAM -> {
                    if (!own.contains(event.what()) && isForeign(Path.of(event.what()), places)) {
                        found.add(new Undeclared(Cause.Kind.FILE, event.what(), event.program()));
                    }
                }
                case MISS -> {
                    Path path = Path.of(event.what()).normalize();
                    if (Files.exists(path) && !own.contains(path.toString()) && isForeign(path, places)) {
                        found.add(new Undeclared(Cause.Kind.FILE, path.toString(), event.program()));
                    }
                }
                case CONNECT, SEND -> {
                    if (!(isLocal(event.what()) && ports.contains(port(event.what())))) {
                        found.add(new Undeclared(Cause.Kind.NETWORK, event.what(), event.program()));
                    }
                }
                case RESOLVE -> {
                    if (!isThisMachine(event.what())) {
                        found.add(new Undeclared(Cause.Kind.NETWORK, event.what(), event.program()));
                    }
                }
                case THREAD, CLOCK, ENTROPY, WRITE, MAKE, LISTEN -> {}
            }
        }
        return distinct(found);
    }

    /** Programs that were started and into which the library did not come: statically linked ones, say. */
    public List<String> unobserved() {
        Set<String> observed = whatOf(Kind.PROGRAM);
        return whatOf(Kind.START).stream()
                .filter(program -> !observed.contains(program) && isBinary(Path.of(program)))
                .sorted()
                .toList();
    }

    private Set<String> whatOf(Kind... kinds) {
        List<Kind> wanted = List.of(kinds);
        return events.stream()
                .filter(event -> wanted.contains(event.kind()))
                .map(Event::what)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static List<Undeclared> distinct(Set<Undeclared> found) {
        List<Undeclared> once = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Undeclared undeclared : found) {
            if (seen.add(undeclared.kind() + undeclared.what())) {
                once.add(undeclared);
            }
        }
        return once;
    }

    private static boolean isForeign(Path path, Declared.Places places) {
        return OF_NOBODY.stream().noneMatch(path.toString()::startsWith)
                && !places.cover(path)
                && !places.areBelow(path);
    }

    private static boolean isBinary(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            return Arrays.equals(in.readNBytes(ELF.length), ELF);
        } catch (IOException gone) {
            return true;
        }
    }

    private static String port(String address) {
        return address.startsWith("unix:") ? address : address.substring(address.lastIndexOf(':') + 1);
    }

    private static boolean isLocal(String address) {
        return address.startsWith("unix:")
                || address.startsWith("127.")
                || address.startsWith("0.0.0.0:")
                || address.startsWith("[::1]")
                || address.startsWith("[::]")
                || address.startsWith("[::ffff:127.");
    }

    private static boolean isThisMachine(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.equals(hostName())
                || lower.matches("[0-9.]+|[0-9a-f:%.]*:[0-9a-f:%.]*");
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .strip()
                    .toLowerCase(Locale.ROOT);
        } catch (IOException elsewhere) {
            return "";
        }
    }
}
