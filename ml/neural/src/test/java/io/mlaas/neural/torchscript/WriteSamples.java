package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes an archive beside each description in a folder: the samples that the translators are tested against. */
final class WriteSamples {
    private WriteSamples() {}

    public static void main(String[] args) throws IOException {
        List<Path> descriptions;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            descriptions =
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
        for (Path file : descriptions) {
            Path archive = file.resolveSibling(file.getFileName().toString().replace(".json", ".pt"));
            Files.write(archive, sample(Files.readString(file)));
        }
    }

    static byte[] sample(String json) {
        NetworkDescription description = NetworkDescription.parse(json);
        Network network = description.resolve(null);
        boolean probabilities = network.endsWith(Layer.Function.SOFTMAX);
        List<String> classes = probabilities
                ? IntStream.range(0, network.output().size(0))
                        .mapToObj(String::valueOf)
                        .toList()
                : List.of();
        ModelCard card = new ModelCard(
                description.name(),
                probabilities ? "classification" : "regression",
                probabilities ? "probabilities" : "values",
                classes,
                1,
                0,
                description.sha256());
        return TorchScriptWriter.bytes(network, Weights.initial(network, 7), card.toJson(network));
    }
}
