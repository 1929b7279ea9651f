package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a list of datasets or of models is asked for: conditions that all hold, whose assets, an order, and where to go
 * on. Conditions compare indexed columns of the asset's own row with parameters.
 */
final class AssetQuery {
    private static final int MOST = 200;
    private static final int LONGEST_SEARCH = 200;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Set<String> ORIGINS = Set.of("trained", "imported", "translated", "learned");

    private final AssetKind kind;
    private final UUID organizationId;
    private final int limit;
    private Shared shared = Shared.OWN;
    private Sort sort = Sort.CREATED_AT;
    private boolean descending = true;
    private AssetCursor.@Nullable Position after;
    private final List<String> conditions = new ArrayList<>(List.of("a.state <> 'DELETED'"));
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    /** Whose assets: the company's, those that others share with it, or both. */
    private enum Shared {
        OWN,
        RECEIVED,
        ALL
    }

    /** An order, by a column that an index has after the company. */
    enum Sort {
        CREATED_AT("created_at"),
        NAME("sort_name"),
        SIZE("sort_size");

        private final String column;

        Sort(String column) {
            this.column = column;
        }
    }

    /** The rows that a list shows, in its order; what they are is read by their ids. */
    record Statement(String sql, Map<String, Object> parameters) {}

    AssetQuery(AssetKind kind, UUID organizationId, int limit) {
        if (limit < 1 || limit > MOST) {
            throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
        }
        this.kind = kind;
        this.organizationId = organizationId;
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    AssetKind kind() {
        return kind;
    }

    Sort sort() {
        return sort;
    }

    AssetQuery shared(@Nullable String whose) {
        if (whose != null) {
            shared = Arrays.stream(Shared.values())
                    .filter(each -> each.name().equalsIgnoreCase(whose))
                    .findFirst()
                    .orElseThrow(() -> invalid("shared", whose, "own, received or all"));
        }
        return this;
    }

    AssetQuery sort(@Nullable String order) {
        if (order != null) {
            descending = order.startsWith("-");
            String name = descending ? order.substring(1) : order;
            sort = Arrays.stream(Sort.values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst()
                    .orElseThrow(() -> invalid("sort", order, "created_at, name or size, with or without '-'"));
        }
        return this;
    }

    AssetQuery name(@Nullable String name) {
        if (name != null && !Label.isName(name)) {
            throw invalid("name", name, "a name as it was registered");
        }
        return where("a.name = :name", "name", name);
    }

    <S extends Enum<S>> AssetQuery status(@Nullable String status, Class<S> states) {
        if (status == null) {
            return this;
        }
        for (S state : states.getEnumConstants()) {
            if (state.name().equalsIgnoreCase(status) && !state.name().equals("DELETED")) {
                return where("a.state = :state", "state", state.name());
            }
        }
        throw invalid(
                "status",
                status,
                "one of "
                        + Arrays.stream(states.getEnumConstants())
                                .map(Enum::name)
                                .filter(state -> !state.equals("DELETED"))
                                .toList());
    }

    /** @param tags each {@code key:value}; all of them must be there */
    AssetQuery tags(String @Nullable [] tags) {
        if (tags == null || tags.length == 0) {
            return this;
        }
        for (String tag : tags) {
            if (tag.indexOf(':') < 1 || tag.indexOf('\0') >= 0) {
                throw invalid("tag", tag, "key:value");
            }
        }
        return where("a.tag_entries @> cast(:tags as text[])", "tags", tags);
    }

    /** @param search words that all occur in the name, the file's name or the description, each at least begun */
    AssetQuery words(@Nullable String search) {
        if (search == null) {
            return this;
        }
        String words = Arrays.stream(search.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .map(word -> "'" + word + "':*")
                .collect(Collectors.joining(" & "));
        if (words.isEmpty() || search.length() > LONGEST_SEARCH) {
            throw invalid("q", search, "words, at most " + LONGEST_SEARCH + " characters");
        }
        return where("a.words @@ to_tsquery('simple', :words)", "words", words);
    }

    AssetQuery created(@Nullable Instant after, @Nullable Instant before) {
        requireStorable("created_after", after);
        requireStorable("created_before", before);
        return where(
                        "a.created_at > :createdAfter",
                        "createdAfter",
                        after == null ? null : after.atOffset(ZoneOffset.UTC))
                .where(
                        "a.created_at < :createdBefore",
                        "createdBefore",
                        before == null ? null : before.atOffset(ZoneOffset.UTC));
    }

    private static void requireStorable(String field, @Nullable Instant time) {
        if (time != null
                && (time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                        || time.isAfter(Instant.parse("9999-12-31T00:00:00Z")))) {
            throw invalid(field, time.toString(), "a time of the years 1 to 9999");
        }
    }

    AssetQuery sha256(@Nullable String sha256) {
        if (sha256 != null && !DIGEST.matcher(sha256).matches()) {
            throw invalid("sha256", sha256, "64 lower-case hexadecimal digits");
        }
        return where("a.sha256 = :sha256", "sha256", sha256);
    }

    AssetQuery dataset(@Nullable UUID datasetId) {
        return where("a.dataset_id = :dataset", "dataset", datasetId);
    }

    AssetQuery format(@Nullable String format) {
        if (format != null && !format.matches("[a-z0-9][a-z0-9._-]{0,39}")) {
            throw invalid("format", format, "a format's name, such as onnx");
        }
        return where("a.format = :format", "format", format);
    }

    AssetQuery origin(@Nullable String origin) {
        if (origin == null) {
            return this;
        }
        String known = origin.toLowerCase(Locale.ROOT);
        if (!ORIGINS.contains(known)) {
            throw invalid("origin", origin, "trained, imported, translated or learned");
        }
        return where("a.origin = :origin", "origin", known.toUpperCase(Locale.ROOT));
    }

    /** Comes last: a cursor belongs to the query that gave it out. */
    AssetQuery after(@Nullable String cursor) {
        after = cursor == null ? null : AssetCursor.read(cursor, sort, fingerprint());
        return this;
    }

    String cursor(AssetCursor.Position position) {
        return AssetCursor.write(position, fingerprint());
    }

    private AssetQuery where(String condition, String parameter, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            parameters.put(parameter, value);
        }
        return this;
    }

    /** One row more than the limit, if there are more. */
    Statement statement() {
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("organization", organizationId);
        all.put("most", limit + 1);
        if (after != null) {
            all.put("afterKey", after.parameter());
            all.put("afterId", after.id());
        }
        String own = rows("a.organization_id = :organization");
        String received = """
                a.id in (select g.asset_id from asset_grant g where g.grantee_id = :organization and g.kind = '%s')""".formatted(kind.name());
        String sql =
                switch (shared) {
                    case OWN -> own;
                    case RECEIVED -> rows(received);
                    case ALL ->
                        "select id, key from ((%s) union all (%s)) both_of_them order by key %s, id %s limit :most"
                                .formatted(own, rows(received), direction(), direction());
                };
        return new Statement(sql, all);
    }

    private String rows(String whose) {
        List<String> where = new ArrayList<>(List.of(whose));
        where.addAll(conditions);
        if (after != null) {
            where.add("(a.%s, a.id) %s (:afterKey, :afterId)".formatted(sort.column, descending ? "<" : ">"));
        }
        return "select a.id, a.%1$s as key from %2$s a where %3$s order by a.%1$s %4$s, a.id %4$s limit :most"
                .formatted(sort.column, kind.word(), String.join(" and ", where), direction());
    }

    private String direction() {
        return descending ? "desc" : "asc";
    }

    /** The same for the pages of one list, whatever their limit. */
    private String fingerprint() {
        StringBuilder text = new StringBuilder()
                .append(organizationId)
                .append(kind)
                .append(shared)
                .append(sort)
                .append(descending)
                .append(conditions);
        parameters.forEach((name, value) -> text.append('\n')
                .append(name)
                .append('=')
                .append(value instanceof Object[] several ? Arrays.toString(several) : value));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RuntimeException invalid(String field, String value, String expected) {
        String shown = value.length() <= 100 ? value : value.substring(0, 100) + "…";
        return PlatformProblem.INVALID_REQUEST.because("%s: %s (expected: %s)".formatted(field, shown, expected));
    }
}
