package io.mlaas.monitoring.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.monitoring.fleet.FleetWindow.Node;
import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.NumericProfile;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class DeviceLookTest {
    private static final Schema SCHEMA = new Schema(
            List.of(new Schema.Feature("a", Schema.Type.NUMERIC, null, null, List.of())),
            List.of("site", "device"),
            List.of("site", "device"),
            List.of("prediction"),
            List.of(),
            null);

    private final RowsBuilder rows = new RowsBuilder(SCHEMA.layout());

    @Test
    void aPathHasTheSchemasLevelsWhateverTheirNames() {
        add("s/1", "d%", 3);
        add(null, "d", 2);
        add("s", "x\0".repeat(300), 1);
        add("s", null, 1);

        SortedMap<String, int[]> devices = DeviceRows.of(rows.build(), SCHEMA.fleet(), 10);

        assertThat(devices.keySet())
                .hasSize(4)
                .contains("s%2F1/d%25", "(none)/d", "s/(none)")
                .noneMatch(path -> path.length() > 230 || path.contains("\0"));
        assertThat(devices.get("s%2F1/d%25")).containsExactly(0, 1, 2);
        assertThat(DeviceRows.isOne("(none)/d")).isTrue();
        assertThat(DeviceRows.isOne("s/(none)")).isFalse();
    }

    @Test
    void devicesBeyondTheLimitAreOneTogether() {
        add("s", "few", 1);
        add("s", "many", 5);
        add("t", "some", 3);
        add("t", "as-few", 1);

        SortedMap<String, int[]> devices = DeviceRows.of(rows.build(), SCHEMA.fleet(), 2);

        assertThat(devices.keySet()).containsExactly("(others)", "s/many", "t/some");
        assertThat(devices.get("(others)")).containsExactly(0, 9);
    }

    @Test
    void runsAndGapsAreThoseOfEventTimeAndTheSameRowsGiveTheSameProfile() {
        for (int i = 0; i < 5000; i++) {
            int scattered = (int) (i * 7919L % 5000);
            rows.row(RowId.of("e", i), 1_000_000L * scattered);
            rows.set(0, scattered < 1000 ? 7.0 : Math.sin(scattered));
            rows.set(1, "s");
            rows.set(2, "d");
        }
        Rows built = rows.build();

        DeviceLook look = DeviceLook.of(SCHEMA, built, 10);

        assertThat(look.judged().get("s/d").toBytes())
                .isEqualTo(DeviceLook.of(SCHEMA, built, 10).judged().get("s/d").toBytes());
        DatasetProfile kept = look.kept().get("s/d");
        assertThat(kept.numeric("a").longestRun()).isEqualTo(1000);
        assertThat(kept.numeric("a").longestRunValue()).isEqualTo(7);
        assertThat(kept.numeric("a").count()).isEqualTo(5000);
        assertThat(kept.arrivals().longestGap()).hasSeconds(1);
        assertThat(look.judged().get("s/d").numeric("a").count()).isEqualTo(DeviceLook.EXACT_ROWS);
    }

    @Test
    void whatIsKeptIsSmallerThanWhatIsJudged() {
        add("s", "d", 1000);

        DeviceLook look = DeviceLook.of(SCHEMA, rows.build(), 10);

        DatasetProfile kept = look.kept().get("s/d");
        assertThat(kept.numeric("a").count()).isEqualTo(1000);
        assertThat(kept.numeric("a").quantile(0.5)).isBetween(460.0, 540.0);
        assertThat(kept.numeric("a").rankError()).isBetween(0.005, 0.02);
        assertThat(kept.arrivals().count()).isEqualTo(1000);
        assertThat(look.judged().get("s/d").numeric("a").rankError()).isZero();
        assertThat(kept.toBytes()).hasSizeLessThan(look.judged().get("s/d").toBytes().length * 3 / 4);
    }

    @Test
    void rollsUpLevelByLevel() {
        add("a", "1", 20);
        add("a", "2", 5);
        add("a-1", "3", 30);
        DeviceLook look = DeviceLook.of(SCHEMA, rows.build(), 10);
        assertThat(look.judged()).containsOnlyKeys("a/1", "a-1/3");

        List<Node> nodes = RollUp.of(
                look.kept(),
                path -> path.equals("a/2")
                        ? new RollUp.Judged(Mark.CHECK_SENSORS, 1, Set.of("a"))
                        : new RollUp.Judged(Mark.AS_BEFORE, 0, Set.of()));

        assertThat(nodes.stream().map(node -> "%s<%s %d %s %s"
                        .formatted(node.path(), node.parent(), node.rows(), node.mark(), node.drifted())))
                .containsExactly(
                        "a-1/3<a-1 30 AS_BEFORE 0",
                        "a-1< 30 AS_BEFORE 0",
                        "a/1<a 20 AS_BEFORE 0",
                        "a/2<a 5 CHECK_SENSORS 1",
                        "a< 25 CHECK_SENSORS 1",
                        "<null 55 CHECK_SENSORS 1");
        NumericProfile whole =
                DatasetProfile.fromBytes(nodes.getLast().profile()).numeric("a");
        assertThat(whole.count()).isEqualTo(55);
        assertThat(whole.max()).isEqualTo(29);
    }

    private void add(String site, String device, int count) {
        int first = rows.size();
        for (int i = 0; i < count; i++) {
            rows.row(RowId.of("e", first + i), first + i);
            rows.set(0, i);
            rows.set(1, site);
            rows.set(2, device);
        }
    }
}
