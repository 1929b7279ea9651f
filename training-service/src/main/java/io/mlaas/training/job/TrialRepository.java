package io.mlaas.training.job;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.Observed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** What is particular to jobs whose result is compared and not registered. */
@Repository
class TrialRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    TrialRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @return false if it is there already */
    boolean insert(UUID id, TrainingRequested order, Trial trial) {
        return jdbc.sql("""
                        insert into training_job (id, model_id, organization_id, training_order, state,
                            reproduction_id, trial, conditions, expected)
                        values (:id, :model, :organization, cast(:order as json), 'QUEUED',
                            :reproduction, :trial, cast(:conditions as json), :expected)
                        on conflict (reproduction_id, trial) do nothing
                        """)
                        .param("id", id)
                        .param("model", order.modelId())
                        .param("organization", order.organizationId())
                        .param("order", json.writeValueAsString(order))
                        .param("reproduction", trial.reproductionId())
                        .param("trial", trial.number())
                        .param("conditions", json.writeValueAsString(trial.conditions()))
                        .param("expected", trial.expected())
                        .update()
                == 1;
    }

    boolean compared(UUID id, Worker worker, @Nullable Difference difference, @Nullable Observed observed) {
        return jdbc.sql("""
                        update training_job set difference = cast(:difference as json),
                            observed = cast(:observed as json)
                        where id = :id and worker = :worker and state in ('TRAINING', 'REGISTERING')
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("difference", difference == null ? null : json.writeValueAsString(difference))
                        .param("observed", observed == null ? null : json.writeValueAsString(observed))
                        .update()
                == 1;
    }

    /** The runs of a reproduction in their order. */
    List<Trials.Made> of(UUID reproductionId) {
        return jdbc.sql("""
                select j.*, case when j.state = 'QUEUED' then (select cast(count(*) as integer) from training_job q
                    where q.state = 'QUEUED' and q.queue_number <= j.queue_number) end as place
                from training_job j where j.reproduction_id = :reproduction order by j.trial
                """)
                .param("reproduction", reproductionId)
                .query((row, number) -> made(row))
                .list();
    }

    /** What the run measured that made the model's result, as JSON; null if it was not made by this service. */
    @Nullable
    String registeredMetrics(UUID modelId) {
        return jdbc.sql("""
                select metrics from training_job
                where model_id = :model and state = 'SUCCEEDED' and reproduction_id is null and metrics is not null
                """)
                .param("model", modelId)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    List<UUID> live(UUID reproductionId) {
        return jdbc.sql("""
                select id from training_job where reproduction_id = :reproduction
                and state in ('QUEUED', 'PREPARING', 'TRAINING', 'REGISTERING')
                """)
                .param("reproduction", reproductionId)
                .query(UUID.class)
                .list();
    }

    @Nullable
    Trial trial(ResultSet row) throws SQLException {
        UUID reproduction = row.getObject("reproduction_id", UUID.class);
        return reproduction == null
                ? null
                : new Trial(
                        reproduction,
                        row.getInt("trial"),
                        json.readValue(row.getString("conditions"), Conditions.class),
                        row.getString("expected"));
    }

    private Trials.Made made(ResultSet row) throws SQLException {
        JobState state = JobState.valueOf(row.getString("state"));
        String difference = row.getString("difference");
        String observed = row.getString("observed");
        long size = row.getLong("result_size");
        return new Trials.Made(
                row.getInt("trial"),
                json.readValue(row.getString("conditions"), Conditions.class),
                state.name(),
                state.ended(),
                row.getObject("place", Integer.class),
                row.getString("runner"),
                row.getString("result_sha256"),
                row.wasNull() || row.getString("result_sha256") == null ? null : size,
                row.getString("reason"),
                row.getString("progress"),
                row.getString("metrics"),
                difference == null ? null : json.readValue(difference, Difference.class),
                observed == null ? null : json.readValue(observed, Observed.class));
    }
}
