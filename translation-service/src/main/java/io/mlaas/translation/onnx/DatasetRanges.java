package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.data.DatasetReader;
import io.mlaas.neural.data.FeatureRanges;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.parity.InputRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ranges of a model's inputs from the dataset that it was trained on. Whatever keeps us from knowing them is no
 * reason not to translate: the certificate then says which inputs were taken instead, and why.
 */
@Component
class DatasetRanges {
    private static final Logger log = LoggerFactory.getLogger(DatasetRanges.class);
    private final Registry registry;
    private final TranslationProperties properties;
    private final JsonMapper json;

    DatasetRanges(Registry registry, TranslationProperties properties, JsonMapper json) {
        this.registry = registry;
        this.properties = properties;
        this.json = json;
    }

    /** Why the dataset's ranges are not known. */
    private static final class Unknown extends Exception {
        private static final long serialVersionUID = 1L;

        Unknown(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }

    /** @param organizationId of the company that asked: what it may train on is looked at */
    InputRanges of(ModelStatus model, UUID organizationId, OnnxTranslation translation, Workspace workspace) {
        UUID datasetId = model.datasetId();
        if (datasetId == null) {
            return InputRanges.ofModel(translation, null);
        }
        try {
            requireOneInput(translation);
            DatasetStatus dataset = dataset(datasetId);
            DataMapping mapping = mapping(model, dataset);
            Path file = workspace.dataset(dataset.fileName());
            download(dataset, organizationId, file);
            return InputRanges.ofDataset(datasetId, range(file, mapping, translation));
        } catch (Unknown e) {
            log.info("the ranges of dataset {} are not used: {}", datasetId, e.getMessage());
            return InputRanges.ofModel(translation, "dataset " + datasetId + ": " + e.getMessage());
        }
    }

    private static void requireOneInput(OnnxTranslation translation) throws Unknown {
        if (translation.inputs().size() != 1) {
            throw new Unknown("the model has " + translation.inputs().size() + " inputs", null);
        }
    }

    private DatasetStatus dataset(UUID id) throws Unknown {
        try {
            return registry.dataset(id);
        } catch (HttpClientErrorException e) {
            throw new Unknown("the registry does not show it", e);
        }
    }

    private void download(DatasetStatus dataset, UUID organizationId, Path to) throws Unknown {
        long limit = properties.maxDatasetSize().toBytes();
        if (dataset.sizeBytes() > limit) {
            throw new Unknown("%d bytes (expected: <= %d)".formatted(dataset.sizeBytes(), limit), null);
        }
        try {
            registry.downloadDataset(dataset, organizationId, limit, to);
        } catch (ProblemException e) {
            throw new Unknown(e.detail(), e);
        }
    }

    /** As the trainer understood it: the description's word on the data, else the dataset's metadata's. */
    private DataMapping mapping(ModelStatus model, DatasetStatus dataset) throws Unknown {
        try {
            String description = registry.definition(model.modelId());
            JsonNode told =
                    description == null ? null : json.readTree(description).get("data");
            if (told == null) {
                JsonNode metadata = json.valueToTree(dataset.metadata());
                told = metadata.has("data")
                        ? metadata.get("data")
                        : metadata.path("metadata").get("data");
            }
            return DataMapping.parse(told == null || told.isNull() ? null : told);
        } catch (JacksonException | InvalidDescriptionException e) {
            throw new Unknown("the model's description does not say what the columns are", e);
        }
    }

    private InputRange range(Path file, DataMapping mapping, OnnxTranslation translation) throws Unknown {
        FeatureRanges ranges;
        try {
            ranges = DatasetReader.ranges(file, mapping);
        } catch (IllegalArgumentException e) {
            throw new Unknown("not read: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(file);
        }
        TensorFacts input = translation.inputs().getFirst();
        int elements = Objects.requireNonNull(translation.domains().get(input.name())).sampleShape().stream()
                .reduce(1, Math::multiplyExact);
        if (elements != ranges.low().length) {
            throw new Unknown(
                    "%d features (expected: %d, as the model's input %s)"
                            .formatted(ranges.low().length, elements, input.name()),
                    null);
        }
        return scaled(ranges, mapping, translation);
    }

    /** What the network is given: the trainer left in the model how it scaled the file's numbers. */
    private InputRange scaled(FeatureRanges ranges, DataMapping mapping, OnnxTranslation translation) {
        JsonNode card = translation.card().map(json::readTree).orElseGet(json::createObjectNode);
        double scale = card.at("/preprocessing/scale").asDouble(mapping.scale());
        double offset = card.at("/preprocessing/offset").asDouble(mapping.offset());
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (int i = 0; i < ranges.low().length; i++) {
            double a = ranges.low()[i] * scale + offset;
            double b = ranges.high()[i] * scale + offset;
            low.add(Math.min(a, b));
            high.add(Math.max(a, b));
        }
        return new InputRange(low, high);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
