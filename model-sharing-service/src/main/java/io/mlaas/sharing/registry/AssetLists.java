package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Pages of datasets and models: first the ids, in order and from an index, then those rows. */
@Repository
class AssetLists {
    private final JdbcClient jdbc;
    private final DatasetRepository datasets;
    private final ModelRepository models;

    AssetLists(JdbcClient jdbc, DatasetRepository datasets, ModelRepository models) {
        this.jdbc = jdbc;
        this.datasets = datasets;
        this.models = models;
    }

    Page<DatasetStatus> datasets(AssetQuery query) {
        return page(
                query, ids -> datasets.findAll(ids).stream().collect(Collectors.toMap(Dataset::id, Dataset::toApi)));
    }

    Page<ModelStatus> models(AssetQuery query) {
        return page(query, ids -> models.findAll(ids).stream().collect(Collectors.toMap(Model::id, Model::toApi)));
    }

    private <T> Page<T> page(AssetQuery query, Function<List<UUID>, Map<UUID, T>> rows) {
        List<AssetCursor.Position> positions = positions(query);
        boolean more = positions.size() > query.limit();
        List<AssetCursor.Position> shown = more ? positions.subList(0, query.limit()) : positions;
        if (shown.isEmpty()) {
            return new Page<>(List.of(), null);
        }
        List<UUID> ids = shown.stream().map(AssetCursor.Position::id).toList();
        Map<UUID, T> found = rows.apply(ids);
        List<T> items = ids.stream().map(found::get).filter(Objects::nonNull).toList();
        return new Page<>(items, more ? query.cursor(shown.getLast()) : null);
    }

    private List<AssetCursor.Position> positions(AssetQuery query) {
        AssetQuery.Statement statement = query.statement();
        return jdbc.sql(statement.sql())
                .params(statement.parameters())
                .query((row, number) -> new AssetCursor.Position(row.getObject("id", UUID.class), key(query, row)))
                .list();
    }

    private static Object key(AssetQuery query, ResultSet row) throws SQLException {
        return switch (query.sort()) {
            case CREATED_AT -> row.getObject("key", OffsetDateTime.class);
            case NAME -> row.getString("key");
            case SIZE -> row.getLong("key");
        };
    }
}
