package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.fleet.FleetWindow.Node;
import io.mlaas.profile.ColumnProfile;
import io.mlaas.profile.DatasetProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Profiles of devices merged up to the levels above. Devices come by path, so that not more levels are open at a time than a path
 * has parts: what is finished is bytes.
 */
final class RollUp {
    private final List<Node> nodes = new ArrayList<>();
    private final Deque<Level> open = new ArrayDeque<>();

    /** What is known of a device beside its profile. */
    record Judged(Mark mark, double share, Set<String> drifted) {}

    private static final class Level {
        final String path;
        final DatasetProfile profile;
        Mark mark = Mark.NOT_JUDGED;
        double share;
        long rows;
        final Set<String> drifted = new TreeSet<>();

        Level(String path, DatasetProfile profile) {
            this.path = path;
            this.profile = profile;
        }

        boolean holds(String device) {
            return path.isEmpty() || device.startsWith(path + "/");
        }
    }

    private RollUp() {}

    /** Every device, every level above, and the whole under the empty path; a level comes after what is below it. */
    static List<Node> of(SortedMap<String, DatasetProfile> devices, Function<String, Judged> judged) {
        RollUp up = new RollUp();
        devices.forEach((path, profile) -> up.add(path, profile, judged.apply(path)));
        up.close("");
        up.finish(up.open.pop());
        return List.copyOf(up.nodes);
    }

    private void add(String path, DatasetProfile profile, Judged judged) {
        close(path);
        open(path);
        Level device = new Level(path, profile);
        device.mark = judged.mark();
        device.share = judged.share();
        device.drifted.addAll(judged.drifted());
        device.rows = rows(profile);
        nodes.add(node(device, true));
        into(device);
    }

    private void open(String path) {
        if (open.isEmpty()) {
            open.push(new Level("", new DatasetProfile(DeviceLook.KEPT_K)));
        }
        int from = open.getFirst().path.isEmpty() ? 0 : open.getFirst().path.length() + 1;
        for (int end = path.indexOf('/', from); end >= 0; end = path.indexOf('/', end + 1)) {
            open.push(new Level(path.substring(0, end), new DatasetProfile(DeviceLook.KEPT_K)));
        }
    }

    /** Levels that the next device is not in. */
    private void close(String next) {
        while (open.size() > 1 && !open.getFirst().holds(next)) {
            Level finished = open.pop();
            finish(finished);
            into(finished);
        }
    }

    private void finish(Level level) {
        nodes.add(node(level, false));
    }

    private void into(Level below) {
        Level above = open.getFirst();
        above.profile.merge(below.profile);
        above.mark = above.mark.orWorse(below.mark);
        above.share += below.share;
        above.rows += below.rows;
        above.drifted.addAll(below.drifted);
    }

    private static Node node(Level level, boolean device) {
        int depth = level.path.isEmpty()
                ? 0
                : 1 + (int) level.path.chars().filter(c -> c == '/').count();
        return new Node(
                level.path,
                depth,
                device,
                level.rows,
                missing(level.profile),
                level.drifted.size(),
                level.share,
                level.mark,
                level.profile.toBytes());
    }

    static long rows(DatasetProfile profile) {
        return profile.arrivals().count();
    }

    private static double missing(DatasetProfile profile) {
        long missing = 0;
        long values = 0;
        for (ColumnProfile column : profile.columns().values()) {
            missing += column.missing();
            values += column.rows();
        }
        return values == 0 ? 0 : (double) missing / values;
    }
}
