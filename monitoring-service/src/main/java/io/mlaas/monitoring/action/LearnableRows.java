package io.mlaas.monitoring.action;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as a learner takes them: inputs by their names, and the target. Those without one, or with a value missing, are left out. */
final class LearnableRows {
    private final Layout layout;
    private final List<Map<String, Object>> instances = new ArrayList<>();
    private final List<Object> targets = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>();
    private int leftOut;

    LearnableRows(Layout layout) {
        this.layout = layout;
    }

    int size() {
        return instances.size();
    }

    int leftOut() {
        return leftOut;
    }

    List<Map<String, Object>> instances() {
        return instances;
    }

    List<Object> targets() {
        return targets;
    }

    void addAll(Rows rows) {
        for (int row = 0; row < rows.size(); row++) {
            Object target = target(rows, row);
            Map<String, Object> instance = target == null ? null : instance(rows, row);
            if (target == null || instance == null) {
                leftOut++;
            } else {
                instances.add(instance);
                targets.add(target);
                ids.add(rows.id(row).high());
            }
        }
    }

    /** The same rows are in the same part, whatever other rows there are; those that were left out are in the first. */
    LearnableRows part(int part, int parts) {
        LearnableRows some = new LearnableRows(layout);
        for (int i = 0; i < size(); i++) {
            if (Long.remainderUnsigned(ids.get(i), parts) == part) {
                some.instances.add(instances.get(i));
                some.targets.add(targets.get(i));
                some.ids.add(ids.get(i));
            }
        }
        some.leftOut = part == 0 ? leftOut : 0;
        return some;
    }

    private @Nullable Map<String, Object> instance(Rows rows, int row) {
        Map<String, Object> instance = new LinkedHashMap<>();
        for (int column = 0; column < layout.featureCount(); column++) {
            Object value = value(rows, column, row);
            if (value == null) {
                return null;
            }
            instance.put(layout.columns().get(column).name(), value);
        }
        return instance;
    }

    private @Nullable Object target(Rows rows, int row) {
        List<Integer> columns = layout.all(Role.TARGET);
        List<Object> values = new ArrayList<>();
        for (int column : columns) {
            Object value = value(rows, column, row);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values.size() == 1 ? values.getFirst() : values;
    }

    private @Nullable Object value(Rows rows, int column, int row) {
        if (!layout.numeric(column)) {
            return rows.category(column, row);
        }
        double value = rows.numbers(column)[row];
        return Double.isFinite(value) ? (Double) value : null;
    }
}
