package io.mlaas.trainer;

import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.data.DatasetReader;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.evaluation.HeldOut;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.torchscript.ModelCard;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingResult;
import io.mlaas.neural.training.TrainingSettings;
import io.mlaas.neural.training.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** From an input directory to a trained model and its measures in an output directory. */
final class TrainingJob {
    private static final Pattern INTEGER = Pattern.compile("\\d{1,9}");

    private final JobInput input;
    private final Map<String, String> environment;
    private final EpochLines progress;

    TrainingJob(JobInput input, Map<String, String> environment, EpochLines progress) {
        this.input = input;
        this.environment = environment;
        this.progress = progress;
    }

    /** What is trained on what: everything that can be refused before training starts. */
    private record Plan(
            NetworkDescription description,
            Network network,
            TrainingSettings settings,
            Samples samples,
            double scale,
            double offset) {}

    /** Trains as one of the workers; rank 0 writes what came of it. */
    void run(Path output, Workers workers, BooleanSupplier cancelled) throws IOException {
        long start = System.nanoTime();
        Plan plan = plan();
        double readSeconds = (System.nanoTime() - start) / 1e9;
        Network network = plan.network();
        progress.say("network " + plan.description().name() + ": input " + network.input() + ", output "
                + network.output() + ", " + MetricsFile.parameterCount(network) + " parameters");
        progress.say("dataset " + input.dataset().getFileName() + ": "
                + plan.samples().count() + " samples of " + plan.samples().shape() + ", seed "
                + plan.settings().seed());
        Trainer.check(network, plan.settings(), plan.samples());
        TrainingResult result =
                Trainer.train(network, plan.settings(), plan.samples(), workers, progress::epoch, cancelled);
        workers.group().leave();
        if (workers.group().rank() > 0) {
            return;
        }
        if (!result.stopped().isEmpty()) {
            progress.say("stopped after epoch " + result.epochs().size() + ": " + result.stopped()
                    + "; weights of epoch " + result.best());
        }
        Files.createDirectories(output);
        ModelCard card = card(plan, result.loss());
        Path partial = output.resolve(".model.pt.part");
        TorchScriptWriter.write(network, result.weights(), card.toJson(network), partial);
        HeldOut.Measured measured = HeldOut.measure(
                partial, card.output(), plan.samples(), result.split().test());
        progress.say(measured.text());
        MetricsFile metrics = new MetricsFile(
                plan.description(),
                network,
                plan.settings(),
                plan.samples(),
                result,
                workers.group().size());
        metrics.write(
                output.resolve("metrics.json"),
                input,
                partial,
                measured.fields(),
                readSeconds,
                (System.nanoTime() - start) / 1e9);
        Files.move(partial, output.resolve("model.pt"), StandardCopyOption.ATOMIC_MOVE);
        progress.machine(metrics.summary(measured.fields()));
    }

    private Plan plan() throws IOException {
        String text = input.description();
        return text == null ? undescribed() : described(NetworkDescription.parse(text));
    }

    private Plan described(NetworkDescription description) throws IOException {
        TrainingSettings settings = settings(description);
        DataMapping mapping = DataMapping.parse(mapping(description.data()));
        Samples samples = DatasetReader.read(input.dataset(), mapping, task(settings, description));
        TensorShape wanted = description.input();
        if (mapping.shape() == null
                && wanted != null
                && wanted.elements() == samples.shape().elements()) {
            samples = samples.shaped(wanted);
        }
        Network network = description.resolve(samples.shape());
        return new Plan(description, network, settings, samples, mapping.scale(), mapping.offset());
    }

    private Plan undescribed() throws IOException {
        JsonNode told = mapping(null);
        DataMapping mapping = DataMapping.parse(told);
        Samples samples = DatasetReader.read(input.dataset(), mapping, DatasetReader.Task.BY_LABELS);
        TensorShape declared = declaredDimension(samples.shape());
        double scale = mapping.scale();
        if (told == null) {
            float largest = samples.largestMagnitude();
            scale = largest > 1 ? (float) (1 / largest) : 1;
            samples.scale((float) scale);
        }
        if (mapping.shape() == null) {
            samples = samples.shaped(declared != null ? declared : DefaultNetwork.shape(samples.shape()));
        }
        NetworkDescription description =
                NetworkDescription.parse(DefaultNetwork.description(samples.shape(), samples.targets()));
        progress.say("no network description was uploaded: training " + description.name() + " for " + samples.shape());
        return new Plan(
                description,
                description.resolve(samples.shape()),
                settings(description),
                samples,
                scale,
                mapping.offset());
    }

    private TrainingSettings settings(NetworkDescription description) {
        return TrainingSettings.parse(Hyperparameters.apply(description.training(), environment, progress::say));
    }

    /** The description's word on the data, else the dataset's metadata's, else none. */
    private @Nullable JsonNode mapping(@Nullable JsonNode described) {
        if (described != null) {
            return described;
        }
        JsonNode metadata = input.metadata();
        JsonNode data = metadata.get("data");
        if (data == null) {
            data = metadata.path("metadata").get("data");
        }
        return data == null || data.isNull() ? null : data;
    }

    /** {@code samples_dimension} of the metadata, such as "(1,28,28)", where it fits the samples. */
    private @Nullable TensorShape declaredDimension(TensorShape actual) {
        JsonNode dimension = input.metadata().path("samples_dimension");
        List<Integer> sizes = new ArrayList<>();
        Matcher matcher = INTEGER.matcher(dimension.isString() ? dimension.stringValue() : dimension.toString());
        while (matcher.find()) {
            sizes.add(Integer.parseInt(matcher.group()));
        }
        if (sizes.isEmpty() || sizes.contains(0)) {
            return null;
        }
        TensorShape declared = new TensorShape(sizes);
        if (declared.rank() == 3 && declared.elements() == actual.elements()) {
            return declared;
        }
        if (declared.elements() != actual.elements()) {
            progress.say("samples_dimension " + declared + " does not fit the samples " + actual + " and is not used");
        }
        return null;
    }

    private static DatasetReader.Task task(TrainingSettings settings, NetworkDescription description) {
        Loss loss = settings.loss();
        if (loss == null) {
            Layer last = description.layers().getLast().layer();
            boolean probabilities = last instanceof Layer.Activation activation
                    && (activation.function() == Layer.Function.SOFTMAX
                            || activation.function() == Layer.Function.LOG_SOFTMAX);
            return probabilities ? DatasetReader.Task.CLASSIFICATION : DatasetReader.Task.BY_LABELS;
        }
        return switch (loss) {
            case CROSS_ENTROPY, NLL -> DatasetReader.Task.CLASSIFICATION;
            case BCE_WITH_LOGITS -> DatasetReader.Task.BY_LABELS;
            case MSE, MAE, HUBER -> DatasetReader.Task.REGRESSION;
        };
    }

    private static ModelCard card(Plan plan, Loss loss) {
        Network network = plan.network();
        boolean classes = plan.samples().targets() instanceof Samples.Targets.Classes;
        String output = "values";
        if (network.endsWith(Layer.Function.SOFTMAX)
                || (network.endsWith(Layer.Function.SIGMOID) && loss == Loss.BCE_WITH_LOGITS)) {
            output = "probabilities";
        } else if (network.endsWith(Layer.Function.LOG_SOFTMAX)) {
            output = "log_probabilities";
        } else if (loss.classification()) {
            output = "logits";
        }
        return new ModelCard(
                plan.description().name(),
                classes ? "classification" : "regression",
                output,
                plan.samples().targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names)
                        ? names
                        : List.of(),
                plan.scale(),
                plan.offset(),
                plan.description().sha256());
    }
}
