package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the steps of a document, each against the columns that the one before gives. */
public final class Steps {
    private static final int MOST = 100;
    private static final Map<String, Reader> READERS = new TreeMap<>(Map.ofEntries(
            Map.entry("extract", Extract::read),
            Map.entry("convert", Convert::read),
            Map.entry("power", Power::read),
            Map.entry("resample", Resample::read),
            Map.entry("fill", Fill::read),
            Map.entry("scale", Scale::read),
            Map.entry("one_hot", OneHot::read),
            Map.entry("calendar", Calendar::read),
            Map.entry("lag", Lag::read),
            Map.entry("image", ImageStep::read),
            Map.entry("http", HttpStep::read),
            Map.entry("window", Window::read),
            Map.entry("sample", SampleStep::read)));

    private interface Reader {
        /** The step, or nothing where not even its columns can be told; the mistakes have been noted. */
        @Nullable
        Step read(Fields fields, Schema input);
    }

    /** Steps of extensions. */
    private static volatile Map<String, StepProvider> extensions = Map.of();

    private Steps() {}

    /**
     * Adds the steps that this class loader finds, for the whole process.
     *
     * @throws IllegalStateException if one has the name of another; then none is added
     */
    public static synchronized void extend(ClassLoader loader) {
        Map<String, StepProvider> all = new TreeMap<>(extensions);
        for (StepProvider provider : ServiceLoader.load(StepProvider.class, loader)) {
            StepProvider other = all.putIfAbsent(provider.name(), provider);
            if (READERS.containsKey(provider.name())
                    || (other != null && !other.getClass().equals(provider.getClass()))) {
                throw new IllegalStateException("two steps are named " + provider.name());
            }
        }
        extensions = Map.copyOf(all);
    }

    public static List<Step> read(Fields document) {
        List<Step> steps = new ArrayList<>();
        Schema schema = Schema.of(Column.tree("message"));
        List<Fields> all = document.objects("steps");
        if (all.isEmpty() || all.size() > MOST) {
            document.bad("steps", all.size() + " steps (expected: 1 to " + MOST + ")");
        }
        boolean ended = false;
        boolean stateful = false;
        Map<String, Reader> readers = readers();
        for (Fields fields : all) {
            Step step = ended ? afterTheEnd(fields) : one(fields, schema, readers);
            if (step == null) {
                schema = schema.opened();
                continue;
            }
            if (stateful && step instanceof HttpStep) {
                fields.bad("step", "http after a step that keeps a state (expected: before every such step)");
            }
            boolean tree = schema.columns().stream().anyMatch(column -> column.kind() == Column.Kind.TREE);
            if (tree && step.scope() != Step.Scope.NONE) {
                fields.bad("step", "keeps a state of whole messages (expected: extract before it)");
            }
            stateful |= step.scope() != Step.Scope.NONE;
            steps.add(step);
            schema = step.output();
            ended = step.layout() != null;
        }
        if (!ended && !schema.open() && !all.isEmpty()) {
            document.problems()
                    .add(
                            all.getLast().path() + ".step",
                            "the last step (expected: window or sample, which end a pipeline)");
        }
        return steps;
    }

    private static @Nullable Step afterTheEnd(Fields fields) {
        fields.bad("step", "after a step that ends the pipeline (expected: window or sample last)");
        return null;
    }

    private static @Nullable Step one(Fields fields, Schema schema, Map<String, Reader> readers) {
        String name = fields.text("step");
        Reader reader = readers.get(name);
        if (reader == null) {
            if (!name.isEmpty()) {
                fields.bad("step", "\"" + name + "\" (expected: one of " + String.join(", ", readers.keySet()) + ")");
            }
            return null;
        }
        int before = fields.problems().size();
        Step step = reader.read(fields, schema);
        fields.finish();
        return step != null && fields.problems().size() > before ? withMistakes(step) : step;
    }

    private static Map<String, Reader> readers() {
        Map<String, Reader> readers = new TreeMap<>();
        ServiceLoader.load(StepProvider.class).forEach(provider -> readers.put(provider.name(), provider::read));
        extensions.forEach((name, provider) -> readers.put(name, provider::read));
        readers.putAll(READERS);
        return readers;
    }

    /** A step with mistakes: its columns count for what follows, and others may be missing through no fault of theirs. */
    private static Step withMistakes(Step step) {
        return new Step(step.input(), step.output().opened()) {
            @Override
            public Processor start() {
                throw new IllegalStateException("a step with mistakes is never started");
            }

            @Override
            public @Nullable Layout layout() {
                return step.layout();
            }
        };
    }
}
