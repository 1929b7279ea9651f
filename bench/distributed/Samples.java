import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** Writes a CSV of random samples: 64 features and a label of ten classes. */
class Samples {
    public static void main(String[] args) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder csv = new StringBuilder();
        for (int j = 0; j < 64; j++) {
            csv.append("x").append(j).append(',');
        }
        csv.append("label\n");
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            double sum = 0;
            for (int j = 0; j < 64; j++) {
                double x = random.nextDouble() * 2 - 1;
                sum += j < 8 ? x : 0;
                csv.append(String.format(Locale.ROOT, "%.4f,", x));
            }
            csv.append(Math.clamp((int) Math.floor(sum + 5), 0, 9)).append('\n');
        }
        Files.writeString(Path.of(args[0]), csv);
    }
}
