package io.mlaas.stack.demo;

import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainReader;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.evidence.FileDigests;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * The main job on the digits: register, train, verify on chain, translate, compare, tamper.
 *
 * @param scenario the requests
 * @param storage the folder in which the local object store keeps its buckets
 * @param rpc the chain's JSON-RPC endpoint
 * @param directory the contract that lists the assets
 * @param work a folder for downloads
 */
public record MainJob(Scenario scenario, Story story, Path storage, URI rpc, String directory, Path work) {
    public static final int STEPS = 8;

    /** @param heldOut how many pictures the model never saw in training */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Outcome(
            UUID dataset,
            UUID model,
            UUID onnx,
            int heldOut,
            double accuracy,
            int[][] confusion,
            int differingLabels,
            Answer refusal) {}

    /** A step found something else than it had to prove. */
    public static final class NotProved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotProved(String message) {
            super(message);
        }
    }

    public Outcome run(UUID organization, UUID developer) throws Exception {
        UUID dataset = story.step(
                "Register the dataset: 1,797 handwritten digits",
                "its SHA-256 is on the chain and equals the file's",
                () -> registerDataset(organization));
        UUID model = story.step(
                "Register the model: a convolutional network described in JSON",
                "the chain binds it to this dataset, this image and this description",
                () -> registerModel(organization, developer, dataset));
        story.step(
                "Train it in the built-in image mlaas/trainer:1",
                "the job ran to its end and its result was recorded on chain, once",
                () -> train(model));
        Path trained = story.step(
                "Download the model and verify it against the chain",
                "the bytes are the ones that the training job produced",
                () -> download(model, work.resolve("model.pt")));
        Reading pytorch = story.step(
                "Let it read the digits that it never saw",
                "at least 97 % are read correctly",
                () -> evaluate(model, trained));
        UUID onnx = story.step(
                "Translate it to ONNX",
                "the ONNX model computes what the PyTorch model computes, within the certificate's tolerance",
                () -> translate(model));
        int differing = story.step(
                "Run the ONNX model on ONNX Runtime over the same digits",
                "every label is the same",
                () -> compare(onnx, pytorch));
        Answer refusal = story.step(
                "Flip one byte of the stored ONNX model and ask for it",
                "the platform refuses what the chain does not vouch for",
                () -> tamper(organization, onnx));
        return new Outcome(
                dataset,
                model,
                onnx,
                pytorch.rows().length,
                pytorch.accuracy(),
                pytorch.digits().confusion(pytorch.rows(), pytorch.labels()),
                differing,
                refusal);
    }

    private UUID registerDataset(UUID organization) throws IOException, InterruptedException {
        UUID id = scenario.registerDataset(organization);
        ChainEvidence evidence = onChain(id, scenario.dataset());
        story.show("dataset   " + id);
        story.show("contract  " + evidence.asset().address());
        story.show("sha256    " + evidence.sha256());
        return id;
    }

    private UUID registerModel(UUID organization, UUID developer, UUID dataset)
            throws IOException, InterruptedException {
        UUID id = scenario.registerModel(organization, developer, dataset);
        story.show("model     " + id);
        return id;
    }

    private UUID train(UUID model) throws IOException, InterruptedException {
        int[] shown = {0};
        JsonNode status = scenario.awaitTraining(model, job -> {
            JsonNode progress = job.path("progress");
            int epoch = progress.path("epoch").asInt(0);
            if (epoch > shown[0]) {
                shown[0] = epoch;
                story.show(String.format(
                        Locale.ROOT,
                        "epoch %2d of %d   loss %.4f",
                        epoch,
                        progress.path("epochs").asInt(),
                        progress.path("loss").asDouble()));
            }
        });
        JsonNode chain = scenario.chainRecord("model", model);
        story.show("contract  " + status.path("contract_address").asString());
        story.show("image     "
                + chain.path("model_params").path("train_image_sha256").asString());
        story.show("result    " + chain.path("model_params").path("res_sha256").asString());
        return model;
    }

    private Path download(UUID model, Path to) throws IOException, InterruptedException {
        scenario.downloadModel(model, to);
        ChainEvidence evidence = onChain(model, to);
        story.show("%s, %,d bytes".formatted(to.getFileName(), Files.size(to)));
        story.show("sha256    " + evidence.sha256() + " (read from the chain, contract code as published)");
        return to;
    }

    /** What a model made of the held-out rows. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Reading(Digits digits, int[] rows, int[] labels) {
        double accuracy() {
            int right = 0;
            for (int i = 0; i < rows.length; i++) {
                right += labels[i] == digits.labels()[rows[i]] ? 1 : 0;
            }
            return (double) right / rows.length;
        }
    }

    private Reading evaluate(UUID model, Path trained) throws IOException, InterruptedException {
        JsonNode metrics = scenario.trainingMetrics(model);
        int[] rows = metrics.path("held_out_rows")
                .valueStream()
                .mapToInt(JsonNode::asInt)
                .toArray();
        Digits digits = Digits.read(scenario.dataset(), 1.0 / 16);
        int[] labels;
        try (TorchScriptRunner runner = TorchScriptRunner.load(trained)) {
            labels = Digits.mostLikely(runner.run(digits.batch(rows), rows.length, 1, Digits.SIDE, Digits.SIDE));
        }
        Reading reading = new Reading(digits, rows, labels);
        show(digits.confusion(rows, labels));
        story.show(String.format(
                Locale.ROOT, "accuracy  %.2f %% of %d held-out digits", 100 * reading.accuracy(), rows.length));
        if (rows.length == 0 || reading.accuracy() < 0.97) {
            throw new NotProved(
                    "accuracy: %.4f on %d digits (expected: >= 0.97)".formatted(reading.accuracy(), rows.length));
        }
        return reading;
    }

    private UUID translate(UUID model) throws IOException, InterruptedException {
        JsonNode translation = scenario.translate(model);
        UUID onnx = UUID.fromString(translation.path("model_id").asString());
        JsonNode certificate = translation.path("certificate");
        story.show("model     " + onnx + " (linked to " + model + ")");
        story.show(String.format(
                Locale.ROOT,
                "parity    largest difference %.1e on %d inputs (tolerance %.0e + %.0e of the value), labels equal: %.0f %%",
                certificate.path("max_absolute_error").asDouble(),
                certificate.path("inputs").asInt(),
                certificate.path("atol").asDouble(),
                certificate.path("rtol").asDouble(),
                100 * certificate.path("label_agreement").asDouble()));
        return onnx;
    }

    private int compare(UUID onnx, Reading pytorch) throws IOException, InterruptedException {
        Path file = download(onnx, work.resolve("model.onnx"));
        int[] labels;
        try (OnnxModel model = OnnxModel.load(file)) {
            Batch pictures = new Batch(
                    pytorch.digits().batch(pytorch.rows()), pytorch.rows().length, 1, Digits.SIDE, Digits.SIDE);
            labels = Digits.mostLikely(model.run(pictures).values());
        }
        int differing = 0;
        for (int i = 0; i < labels.length; i++) {
            differing += labels[i] == pytorch.labels()[i] ? 0 : 1;
        }
        story.show("%d of %d labels are the same".formatted(labels.length - differing, labels.length));
        if (differing > 0 || labels.length == 0) {
            throw new NotProved("differing labels: %d (expected: 0)".formatted(differing));
        }
        return differing;
    }

    private Answer tamper(UUID organization, UUID onnx) throws IOException, InterruptedException {
        String sha256 = scenario.status("model", onnx).path("sha256").asString();
        Path stored = storage.resolve(organization.toString()).resolve("sha256").resolve(sha256);
        long position = Files.size(stored) / 2;
        flip(stored, position);
        story.show("flipped   bit 0 of byte " + position + " of " + sha256);
        Answer refusal;
        try {
            refusal = scenario.refusedDownload(onnx);
        } finally {
            flip(stored, position);
        }
        story.show("answer    HTTP %d %s"
                .formatted(refusal.status(), refusal.body().path("code").asString()));
        story.show("          " + refusal.body().path("detail").asString());
        story.show("status    " + scenario.status("model", onnx).path("status").asString());
        return refusal;
    }

    private static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int value = bytes.read();
            bytes.seek(position);
            bytes.write(value ^ 1);
        }
    }

    private ChainEvidence onChain(UUID asset, Path file) throws IOException {
        try (ChainReader chain = ChainReader.connect(rpc)) {
            ChainEvidence evidence = chain.evidence(directory, asset)
                    .orElseThrow(() -> new NotProved("asset: %s (expected: a contract on chain)".formatted(asset)));
            String found = FileDigests.of(file).sha256();
            if (!evidence.isGenuine() || !found.equals(evidence.sha256())) {
                throw new NotProved("sha256 of %s: %s (expected: %s, as the chain says)"
                        .formatted(file.getFileName(), found, evidence.sha256()));
            }
            return evidence;
        }
    }

    private void show(int[][] confusion) {
        story.show("read as      0   1   2   3   4   5   6   7   8   9");
        for (int digit = 0; digit < confusion.length; digit++) {
            StringBuilder row = new StringBuilder("written %d ".formatted(digit));
            Arrays.stream(confusion[digit]).forEach(count -> row.append(count == 0 ? "   ·" : "%4d".formatted(count)));
            story.show(row.toString());
        }
    }
}
