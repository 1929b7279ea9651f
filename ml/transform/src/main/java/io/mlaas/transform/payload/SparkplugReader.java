package io.mlaas.transform.payload;

import io.mlaas.transform.payload.SparkplugPayload.Metric;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.row.Times;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sparkplug B (Eclipse, version 3.0). The topic {@code spBv1.0/group/type/node[/device]} names the source
 * {@code group/node[/device]}; births are remembered per edge node so that data may name its metrics by alias. Metrics
 * of the same time become one reading {@code {"<name>": {"value": …, "unit": …}}}.
 */
final class SparkplugReader implements PayloadReader {
    private final Limits limits;

    /** Edge node → its aliases; the node that has been silent for longest stands first. */
    private final LinkedHashMap<String, SortedMap<Long, Born>> nodes = new LinkedHashMap<>(16, 0.75f, true);

    private record Born(
            String device,
            String name,
            @Nullable Integer datatype,
            @Nullable String unit) {}

    private record Topic(String type, String node, String device) {
        private String source() {
            return device.isEmpty() ? node : node + "/" + device;
        }

        private boolean birth() {
            return type.endsWith("BIRTH");
        }
    }

    SparkplugReader(Limits limits) {
        this.limits = limits;
    }

    @Override
    public List<Reading> read(Message message) throws BadPayloadException {
        if (message.tree() != null) {
            return new TreeReadings(null, null, limits).of(List.of(message.tree()), message);
        }
        Topic topic = topic(message.topic());
        SortedMap<Long, Born> known = nodes.getOrDefault(topic.node, new TreeMap<>());
        return switch (topic.type) {
            case "NBIRTH", "DBIRTH" -> {
                SparkplugPayload payload = SparkplugPayload.decode(message.payload(), limits);
                SortedMap<Long, Born> born = born(topic, payload, known);
                List<Reading> readings = readings(topic, payload, born, message);
                remember(topic.node, born);
                yield readings;
            }
            case "NDATA", "DDATA" ->
                readings(topic, SparkplugPayload.decode(message.payload(), limits), known, message);
            case "NDEATH" -> {
                nodes.remove(topic.node);
                yield List.of();
            }
            case "DDEATH" -> {
                known.values().removeIf(metric -> metric.device.equals(topic.device));
                yield List.of();
            }
            case "NCMD", "DCMD" -> List.of();
            default ->
                throw new BadPayloadException("topic: message type " + topic.type
                        + " (expected: one of NBIRTH, NDATA, NDEATH, DBIRTH, DDATA, DDEATH)");
        };
    }

    private static Topic topic(@Nullable String topic) throws BadPayloadException {
        String[] parts = topic == null ? new String[0] : topic.split("/", 6);
        if (parts.length < 4 || parts.length > 5 || !parts[0].equals("spBv1.0")) {
            throw new BadPayloadException(
                    "topic: " + topic + " (expected: spBv1.0/<group>/<type>/<node> or …/<node>/<device>)");
        }
        return new Topic(parts[2], parts[1] + "/" + parts[3], parts.length == 5 ? parts[4] : "");
    }

    private SortedMap<Long, Born> born(Topic topic, SparkplugPayload payload, SortedMap<Long, Born> known)
            throws BadPayloadException {
        SortedMap<Long, Born> born = topic.type.equals("NBIRTH") ? new TreeMap<>() : new TreeMap<>(known);
        born.values().removeIf(metric -> metric.device.equals(topic.device));
        for (Metric metric : payload.metrics()) {
            if (metric.name() == null || metric.name().isEmpty()) {
                throw new BadPayloadException("metrics: one without a name in a birth (expected: every metric's name)");
            }
            if (metric.alias() != null) {
                born.put(metric.alias(), new Born(topic.device, metric.name(), metric.datatype(), metric.unit()));
            }
        }
        if (born.size() > limits.readings()) {
            throw new BadPayloadException("metrics: more than " + limits.readings() + " aliases of one edge node");
        }
        return born;
    }

    private void remember(String node, SortedMap<Long, Born> born) {
        nodes.put(node, born);
        if (nodes.size() > limits.sources()) {
            nodes.pollFirstEntry();
        }
    }

    private List<Reading> readings(Topic topic, SparkplugPayload payload, SortedMap<Long, Born> known, Message message)
            throws BadPayloadException {
        Map<Long, ObjectNode> byTime = new LinkedHashMap<>();
        for (Metric metric : payload.metrics()) {
            Born born = metric.alias() == null ? null : known.get(metric.alias());
            String name =
                    metric.name() == null || metric.name().isEmpty() ? nameOf(born, metric, topic) : metric.name();
            if (topic.birth() && name.equals("bdSeq")) {
                continue;
            }
            Integer datatype = metric.datatype() == null && born != null ? born.datatype : metric.datatype();
            String unit = metric.unit() == null && born != null ? born.unit : metric.unit();
            ObjectNode value = JsonNodeFactory.instance.objectNode();
            value.set("value", metric.value(datatype));
            if (unit != null) {
                value.put("unit", unit);
            }
            byTime.computeIfAbsent(time(metric, payload, message), t -> JsonNodeFactory.instance.objectNode())
                    .set(name, value);
        }
        List<Reading> readings = new ArrayList<>(byTime.size());
        byTime.forEach((time, tree) -> readings.add(new Reading(topic.source(), time, tree)));
        return readings;
    }

    private static String nameOf(@Nullable Born born, Metric metric, Topic topic) throws BadPayloadException {
        if (born == null) {
            throw new BadPayloadException("metrics: alias "
                    + (metric.alias() == null ? "missing" : Long.toUnsignedString(metric.alias()))
                    + " (expected: one of the aliases born at " + topic.node + "; ask it for a rebirth)");
        }
        return born.name;
    }

    private static long time(Metric metric, SparkplugPayload payload, Message message) throws BadPayloadException {
        Long milliseconds = metric.timestamp() == null ? payload.timestamp() : metric.timestamp();
        if (milliseconds == null) {
            return Times.nanoseconds(message.received());
        }
        try {
            return Times.nanoseconds(BigDecimal.valueOf(milliseconds), 1_000_000L);
        } catch (IllegalArgumentException e) {
            throw new BadPayloadException(e.getMessage() == null ? "time" : e.getMessage(), e);
        }
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(nodes.size());
        for (Map.Entry<String, SortedMap<Long, Born>> node : nodes.entrySet()) {
            RowCodec.writeText(node.getKey(), out);
            out.writeInt(node.getValue().size());
            for (Map.Entry<Long, Born> alias : node.getValue().entrySet()) {
                Born born = alias.getValue();
                out.writeLong(alias.getKey());
                RowCodec.writeText(born.device, out);
                RowCodec.writeText(born.name, out);
                out.writeInt(born.datatype == null ? -1 : born.datatype);
                RowCodec.writeText(born.unit == null ? "" : born.unit, out);
            }
        }
    }

    @Override
    public void restore(DataInput in) throws IOException {
        nodes.clear();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            SortedMap<Long, Born> aliases = new TreeMap<>();
            nodes.put(RowCodec.readText(in), aliases);
            int size = in.readInt();
            for (int k = 0; k < size; k++) {
                long alias = in.readLong();
                String device = RowCodec.readText(in);
                String name = RowCodec.readText(in);
                int datatype = in.readInt();
                String unit = RowCodec.readText(in);
                aliases.put(
                        alias, new Born(device, name, datatype < 0 ? null : datatype, unit.isEmpty() ? null : unit));
            }
        }
    }
}
