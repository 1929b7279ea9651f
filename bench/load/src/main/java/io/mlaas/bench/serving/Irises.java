package io.mlaas.bench.serving;

import com.google.protobuf.CodedOutputStream;
import io.mlaas.online.Algorithms;
import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The learner of {@code demo/iris}, what it is taught and what it is asked. */
final class Irises {
    static final String MODEL = "sklearn-iris";
    static final String QUESTION =
            "{\"inputs\":[{\"name\":\"input-0\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[[6.8,2.8,4.8,1.4]]}]}";

    private static final double[] FLOWER = {6.8, 2.8, 4.8, 1.4};
    private static final int ROWS = 3000;

    private final JsonNode document;
    private final List<String> rows = new ArrayList<>();

    Irises(Path home) throws IOException {
        Path folder = home.resolve("demo/iris");
        document = JsonMapper.shared().readTree(folder.resolve("learner.json"));
        List<String> lines = Files.readAllLines(folder.resolve("iris.csv"));
        for (int i = 0; i < ROWS; i++) {
            rows.add(lines.get(1 + i % 3 * 50 + i / 3 % 50)); // of each species in turn
        }
    }

    String document() {
        return document.toString();
    }

    String update() {
        List<String> instances = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        for (String row : rows) {
            int comma = row.lastIndexOf(',');
            instances.add("[" + row.substring(0, comma) + "]");
            targets.add(row.substring(comma + 1));
        }
        return "{\"instances\":" + instances + ",\"targets\":" + targets + "}";
    }

    /** The same model in this process. */
    Predictor predictor() {
        Schema schema = Schema.parse(document.path("schema"), "$.schema");
        Learner learner = Algorithms.named(document.path("algorithm").asString(), "$.algorithm")
                .create(schema, document.path("configuration"), "$.configuration");
        double[] inputs = new double[ROWS * schema.width()];
        double[] targets = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            String[] values = rows.get(i).split(",", -1);
            for (int k = 0; k < schema.width(); k++) {
                inputs[i * schema.width() + k] = Double.parseDouble(values[k]);
            }
            targets[i] = Double.parseDouble(values[schema.width()]);
        }
        learner.learn(new Batch(ROWS, inputs, targets));
        return learner.snapshot();
    }

    static double[] flower() {
        return FLOWER.clone();
    }

    /** {@link #QUESTION} as a ModelInferRequest, by the field numbers of the published proto. */
    static byte[] message() throws IOException {
        byte[] contents = message(out -> {
            out.writeTag(6, 2);
            out.writeUInt32NoTag(4 * FLOWER.length);
            for (double value : FLOWER) {
                out.writeFloatNoTag((float) value);
            }
        });
        byte[] tensor = message(out -> {
            out.writeString(1, "input-0");
            out.writeString(2, "FP32");
            out.writeInt64(3, 1);
            out.writeInt64(3, 4);
            out.writeByteArray(5, contents);
        });
        return message(out -> {
            out.writeString(1, MODEL);
            out.writeByteArray(5, tensor);
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
