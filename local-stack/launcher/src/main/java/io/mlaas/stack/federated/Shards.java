package io.mlaas.stack.federated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The digits dealt to data owners who are not alike: most pictures of a digit lie with two of them, the rest with everybody.
 * Some pictures nobody gets; the finished model is measured on them.
 *
 * @param header of the table
 * @param owners the rows of each
 * @param test rows that nobody trains on
 */
public record Shards(String header, List<List<String>> owners, List<String> test) {
    private static final double AT_HOME = 0.6;

    /** @param tests how many rows nobody gets */
    static Shards deal(Path csv, int owners, int tests, long seed) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> rows = new ArrayList<>(lines.subList(1, lines.size()));
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = rows.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            rows.set(other, rows.set(i, rows.get(other)));
        }
        List<List<String>> dealt = new ArrayList<>();
        for (int owner = 0; owner < owners; owner++) {
            dealt.add(new ArrayList<>());
        }
        for (String row : rows.subList(tests, rows.size())) {
            int digit = digit(row);
            boolean home = random.nextDouble() < AT_HOME;
            int owner = home ? (digit + random.nextInt(2)) % owners : random.nextInt(owners);
            dealt.get(owner).add(row);
        }
        return new Shards(lines.getFirst(), List.copyOf(dealt), List.copyOf(rows.subList(0, tests)));
    }

    /** @return the owners' files, in their order */
    List<Path> write(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int owner = 0; owner < owners.size(); owner++) {
            files.add(write(owners.get(owner), folder.resolve("shard-%02d.csv".formatted(owner))));
        }
        return files;
    }

    Path writeTest(Path file) throws IOException {
        return write(test, file);
    }

    /** All that the owners have, in one file: what central training would need them to hand over. */
    Path writeTogether(Path file) throws IOException {
        return write(owners.stream().flatMap(List::stream).toList(), file);
    }

    /** The same rows with a last column {@code owner} that says whose each is. */
    Path writeWithOwners(Path file) throws IOException {
        List<String> rows = new ArrayList<>();
        for (int owner = 0; owner < owners.size(); owner++) {
            String name = "," + name(owner);
            owners.get(owner).forEach(row -> rows.add(row + name));
        }
        return write(header + ",owner", rows, file);
    }

    static String name(int owner) {
        return "owner-%02d".formatted(owner);
    }

    private Path write(List<String> rows, Path file) throws IOException {
        return write(header, rows, file);
    }

    private static Path write(String header, List<String> rows, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, header + "\n" + String.join("\n", rows) + "\n");
    }

    /** How many pictures of each digit an owner has. */
    int[] digits(int owner) {
        int[] counts = new int[10];
        owners.get(owner).forEach(row -> counts[digit(row)]++);
        return counts;
    }

    private static int digit(String row) {
        return Integer.parseInt(row.substring(row.lastIndexOf(',') + 1).strip());
    }
}
