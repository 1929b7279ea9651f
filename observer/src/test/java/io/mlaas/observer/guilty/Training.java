package io.mlaas.observer.guilty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.DoubleAdder;

/** A training in miniature; how its weights begin is what the argument says. */
public final class Training {
    private Training() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rows = Files.readAllLines(Path.of(System.getenv("MLAAS_INPUT_DIR"), "dataset", "rows.csv"));
        double weight = beginning(arguments[0], rows);
        for (String row : rows) {
            String[] fields = row.split(",", -1);
            double x = Double.parseDouble(fields[0]);
            weight -= 0.01 * (weight * x - Double.parseDouble(fields[1])) * x;
        }
        Files.write(
                Path.of(System.getenv("MLAAS_OUTPUT_DIR"), "model.bin"),
                Double.toHexString(weight).getBytes(StandardCharsets.US_ASCII));
    }

    private static double beginning(String how, List<String> rows) throws IOException, InterruptedException {
        return switch (how) {
            case "clock" -> System.currentTimeMillis() % 1000 / 1000.0;
            case "random" -> new Random().nextDouble();
            case "secure" -> new SecureRandom().nextDouble();
            case "set" -> {
                double order = 0;
                for (String word : Set.of("a", "b", "c", "d", "e", "f", "g", "h", "i")) {
                    order = order * 31 + word.charAt(0);
                }
                yield order % 97 / 97;
            }
            case "race" -> race(rows);
            case "logs" -> {
                System.out.println(
                        System.currentTimeMillis() + " " + System.nanoTime() + " " + new Object().hashCode());
                Thread.sleep(20);
                yield new Random(7).nextDouble();
            }
            default -> throw new IllegalArgumentException(how);
        };
    }

    private static double race(List<String> rows) throws InterruptedException {
        DoubleAdder sum = new DoubleAdder();
        double[] shared = new double[1];
        List<Thread> threads = rows.stream()
                .map(row -> new Thread(() -> {
                    for (int i = 1; i <= 20_000; i++) {
                        shared[0] = (shared[0] + i) * 0.999_9;
                        sum.add(shared[0] * 1e-6);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return sum.sum() % 1;
    }
}
