package io.mlaas.ppfl.server;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.torchscript.ModelCard;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Measures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models that are made, until the registry has them. */
@Repository
class FinishedModels {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    FinishedModels(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A model that waits; how it came about is its record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
    record Finished(byte[] content, String sha256, String record, int attempts) {}

    /** With the commit that ends the training. */
    @Transactional(propagation = Propagation.MANDATORY)
    void store(Federation federation, RunPlan plan, byte[] weights, RoundResult last) {
        byte[] content = archive(plan, weights);
        String sha256 = Digests.sha256(content);
        jdbc.sql("""
                insert into federation_model (federation_id, content, sha256, record) values (:id, :content, :sha256, :record)
                """)
                .param("id", federation.id())
                .param("content", content)
                .param("sha256", sha256)
                .param("record", record(federation, plan, last, sha256).toString())
                .update();
    }

    /** A TorchScript archive; equal weights and plans give equal bytes. */
    private static byte[] archive(RunPlan plan, byte[] weights) {
        DataMapping mapping = DataMapping.parse(plan.description().data());
        boolean probabilities = plan.network().endsWith(Layer.Function.SOFTMAX);
        boolean logarithms = plan.network().endsWith(Layer.Function.LOG_SOFTMAX);
        boolean classes = probabilities || logarithms || !mapping.classes().isEmpty();
        ModelCard card = new ModelCard(
                plan.description().name(),
                classes ? "classification" : "regression",
                probabilities ? "probabilities" : logarithms ? "log_probabilities" : classes ? "logits" : "values",
                mapping.classes(),
                mapping.scale(),
                mapping.offset(),
                plan.description().sha256());
        ParameterLayout layout = plan.layout();
        return TorchScriptWriter.bytes(
                plan.network(), layout.weights(Vectors.floats(weights)), card.toJson(plan.network()));
    }

    private ObjectNode record(Federation federation, RunPlan plan, RoundResult last, String sha256) {
        ObjectNode record = json.createObjectNode();
        record.put("name", federation.name());
        record.put("federation_id", federation.id().toString());
        record.put("engine", federation.engine());
        record.put("mode", "real");
        record.put("plan_sha256", plan.plan().sha256());
        record.put("model_sha256", sha256);
        record.put("rounds", plan.rounds());
        record.put("clients", last.counted().size());
        Double epsilon = plan.epsilon(plan.rounds());
        if (epsilon != null) {
            record.put("epsilon", epsilon);
            record.put("delta", plan.plan().privacy().delta());
        }
        Double loss = RoundClosing.mean(last.measures().values(), Measures::getLoss);
        Double accuracy = RoundClosing.mean(
                last.measures().values(), measures -> measures.hasAccuracy() ? measures.getAccuracy() : null);
        if (loss != null) {
            record.put("loss", loss);
        }
        if (accuracy != null) {
            record.put("accuracy", accuracy);
        }
        List<String> names = last.counted().stream().sorted().toList();
        record.set("participants", json.valueToTree(names));
        return record;
    }

    /** One that is due; nobody tries it again within the lease. */
    @Transactional
    Optional<Finished> take(UUID federation, Duration lease) {
        return jdbc.sql("""
                update federation_model set attempts = attempts + 1, next_attempt_at = now() + cast(:lease as interval)
                where federation_id = :id and next_attempt_at <= now()
                returning content, sha256, record, attempts
                """)
                .param("lease", lease.toString())
                .param("id", federation)
                .query((row, number) -> new Finished(
                        row.getBytes("content"),
                        row.getString("sha256"),
                        row.getString("record"),
                        row.getInt("attempts")))
                .optional();
    }

    @Transactional
    void again(UUID federation, String reason, Duration pause) {
        jdbc.sql("""
                update federation_model set reason = :reason, next_attempt_at = now() + cast(:pause as interval)
                where federation_id = :id
                """)
                .param("reason", reason)
                .param("pause", pause.toString())
                .param("id", federation)
                .update();
    }

    /** The registry has it. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forget(UUID federation) {
        jdbc.sql("delete from federation_model where federation_id = :id")
                .param("id", federation)
                .update();
    }
}
