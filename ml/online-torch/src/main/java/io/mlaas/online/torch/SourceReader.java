package io.mlaas.online.torch;

import io.mlaas.neural.network.ElementType;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.torchscript.ModelCard;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import io.mlaas.neural.training.Loss;
import io.mlaas.online.Archives;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.onnx.TranslationRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the network of a configuration: described in it, or an archive that it names by its digest. */
final class SourceReader {
    private final Schema schema;
    private final ConfigurationFields fields;
    private final Archives archives;
    private final long seed;

    SourceReader(Schema schema, ConfigurationFields fields, Archives archives, long seed) {
        this.schema = schema;
        this.fields = fields;
        this.archives = archives;
        this.seed = seed;
    }

    /** The network and what it makes small. */
    record Found(Source source, Loss loss, JsonNode training) {}

    Found read() {
        JsonNode network = fields.raw("network");
        JsonNode archive = fields.raw("archive");
        if ((network == null) == (archive == null)) {
            throw new ConfigurationRefused(
                    fields.path("network"),
                    (network == null ? "missing" : "together with archive")
                            + " (expected: either a network's description, or archive, the digest of a trained one)");
        }
        return network == null ? archived() : described(network);
    }

    private Found described(JsonNode json) {
        fields.complete().set("network", json);
        try {
            NetworkDescription description = NetworkDescription.parse(json.toString());
            Network network = description.resolve(description.input() == null ? shapeOfRows() : null);
            Loss loss = loss(usual(network));
            Network trained = loss.trained(network);
            Weights weights = Weights.initial(network, seed);
            OutputKind kind = kind(network);
            Archive served = Archive.read(TorchScriptWriter.bytes(network, weights, card(description, network, kind)));
            if (trained == network) {
                return new Found(
                        new Source(served, served, kind, network.input(), network.inputType()),
                        loss,
                        description.training());
            }
            Archive learning = Archive.read(TorchScriptWriter.bytes(trained, weights, "{}"));
            return new Found(
                    new Source(served, learning, OutputKind.LOGITS, network.input(), network.inputType()),
                    loss,
                    description.training());
        } catch (InvalidDescriptionException e) {
            throw new ConfigurationRefused(fields.path("network"), String.valueOf(e.getMessage()));
        }
    }

    private TensorShape shapeOfRows() {
        return schema.inputs().size() == 1 && schema.inputs().getFirst() instanceof Input.Tensor tensor
                ? new TensorShape(tensor.shape())
                : TensorShape.of(new RowEncoding(schema, ElementType.FLOAT32).width());
    }

    private Loss usual(Network network) {
        if (!schema.classifies()) {
            return Loss.MSE;
        }
        if (network.endsWith(Layer.Function.LOG_SOFTMAX)) {
            return Loss.NLL;
        }
        return network.output().elements() == 1 ? Loss.BCE_WITH_LOGITS : Loss.CROSS_ENTROPY;
    }

    private OutputKind kind(Network network) {
        if (!schema.classifies()) {
            return OutputKind.VALUES;
        }
        if (network.endsWith(Layer.Function.LOG_SOFTMAX)) {
            return OutputKind.LOG_PROBABILITIES;
        }
        boolean probabilities = network.endsWith(Layer.Function.SOFTMAX) || network.endsWith(Layer.Function.SIGMOID);
        return probabilities ? OutputKind.PROBABILITIES : OutputKind.LOGITS;
    }

    private String card(NetworkDescription description, Network network, OutputKind kind) {
        ModelCard card = new ModelCard(
                description.name(),
                schema.classifies() ? "classification" : "regression",
                kind.name().toLowerCase(Locale.ROOT),
                schema.classifies() ? schema.target().names() : List.of(),
                1,
                0,
                description.sha256());
        return card.toJson(network);
    }

    private Loss loss(Loss usual) {
        Loss loss = fields.choice("loss", usual);
        if (schema.classifies() != loss.classification()) {
            throw fields.refused(
                    "loss",
                    loss.name().toLowerCase(Locale.ROOT),
                    "a loss of a " + (schema.classifies() ? "classification" : "regression"));
        }
        return loss;
    }

    private Found archived() {
        String digest = fields.text("archive");
        Archive archive = archives.find(digest)
                .map(bytes -> read(digest, bytes))
                .orElseThrow(() -> fields.refused("archive", digest, "the SHA-256 of a stored TorchScript archive"));
        JsonNode card = JsonMapper.shared().readTree(archive.card().orElse("{}"));
        OutputKind kind =
                fields.choice("output", kind(card.path("output").path("kind").asString("")));
        if (schema.classifies() == (kind == OutputKind.VALUES)) {
            throw fields.refused(
                    "output",
                    kind.name().toLowerCase(Locale.ROOT),
                    schema.classifies() ? "logits, probabilities or log_probabilities" : "values");
        }
        ElementType type =
                card.path("input").path("type").asString("").equals("int64") ? ElementType.INT64 : ElementType.FLOAT32;
        Loss usual = !schema.classifies() ? Loss.MSE : kind == OutputKind.LOGITS ? Loss.CROSS_ENTROPY : Loss.NLL;
        Loss loss = loss(usual);
        return new Found(
                new Source(archive, archive, kind, shape(card), type),
                loss,
                JsonMapper.shared().createObjectNode());
    }

    private Archive read(String digest, byte[] bytes) {
        try {
            Archive archive = Archive.read(bytes);
            if (!archive.sha256().equals(digest)) {
                throw fields.refused("archive", archive.sha256(), "the digest of the file, " + digest);
            }
            return archive;
        } catch (TranslationRefused e) {
            throw new ConfigurationRefused(fields.path("archive"), String.valueOf(e.getMessage()));
        }
    }

    private OutputKind kind(String named) {
        for (OutputKind kind : OutputKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(named)) {
                return kind;
            }
        }
        return schema.classifies() ? OutputKind.LOGITS : OutputKind.VALUES;
    }

    private TensorShape shape(JsonNode card) {
        @Nullable JsonNode given = fields.raw("input_shape");
        JsonNode shape = given == null ? card.path("input").path("shape") : given;
        if (!shape.isArray()) {
            return shapeOfRows();
        }
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : shape) {
            if (!size.isInt() || size.intValue() < 1) {
                throw fields.refused("input_shape", shape, "a list of integers >= 1");
            }
            sizes.add(size.intValue());
        }
        if (given != null) {
            fields.complete().set("input_shape", given);
        }
        return new TensorShape(sizes);
    }
}
