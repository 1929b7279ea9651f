import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a metrics.json: samples per second over all epochs but the first, and the exchanges' share of all epochs in %. */
class Rates {
    public static void main(String[] args) throws IOException {
        String metrics = Files.readString(Path.of(args[0]));
        List<Double> epochs = numbers(metrics, "seconds");
        double later = epochs.subList(1, epochs.size()).stream().mapToDouble(Double::doubleValue).sum();
        double all = epochs.stream().mapToDouble(Double::doubleValue).sum();
        double rate = Integer.parseInt(args[1]) * (epochs.size() - 1.0) / later;
        double exchange = numbers(metrics, "exchange_seconds").getFirst();
        System.out.printf("%d %d%n", Math.round(rate), Math.round(100 * exchange / all));
    }

    private static List<Double> numbers(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*([-+.0-9eE]+)").matcher(json);
        List<Double> numbers = new ArrayList<>();
        while (matcher.find()) {
            numbers.add(Double.valueOf(matcher.group(1)));
        }
        return numbers;
    }
}
