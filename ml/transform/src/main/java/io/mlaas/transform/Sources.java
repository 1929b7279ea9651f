package io.mlaas.transform;

import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.step.Processor;
import io.mlaas.transform.step.Step;
import io.mlaas.transform.step.Step.Scope;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processors of every source; the source that has been silent for longest stands first. */
final class Sources {
    private final List<Step> steps;
    private final Processor[] shared;
    private final boolean kept;
    private final LinkedHashMap<String, Chain> chains = new LinkedHashMap<>();
    private @Nullable Chain current;

    /** The processors of one source, one for each step. */
    record Chain(
            String source,
            @SuppressWarnings("ArrayRecordComponent") Processor[] processors) {
        Processor processor(int step) {
            return processors[step];
        }
    }

    Sources(List<Step> steps) {
        this.steps = steps;
        this.kept = steps.stream().anyMatch(step -> step.scope() == Scope.SOURCE);
        this.shared = new Processor[steps.size()];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = steps.get(i).start();
        }
    }

    Processor shared(int step) {
        return shared[step];
    }

    int count() {
        return chains.size();
    }

    boolean isNew(String source) {
        return kept && !isCurrent(source) && !chains.containsKey(source);
    }

    /** Makes the source the one spoken of last. */
    void use(String source) {
        if (isCurrent(source)) {
            return;
        }
        if (!kept) {
            current = new Chain(source, shared);
            return;
        }
        Chain chain = chains.get(source);
        current = chain == null ? chain(source) : chain;
        chains.putLast(source, current);
    }

    @Nullable
    Chain find(String source) {
        if (isCurrent(source)) {
            return current;
        }
        return kept ? chains.get(source) : new Chain(source, shared);
    }

    /** The source's processors, or new ones that are not kept. */
    Chain findOrStart(String source) {
        Chain found = find(source);
        return found == null ? chain(source) : found;
    }

    List<Chain> all() {
        return kept ? List.copyOf(chains.sequencedValues()) : List.of();
    }

    void forgetTheMostSilent() {
        chains.pollFirstEntry();
    }

    private boolean isCurrent(String source) {
        return current != null && current.source.equals(source);
    }

    private Chain chain(String source) {
        Processor[] processors = shared.clone();
        for (int i = 0; i < processors.length; i++) {
            if (steps.get(i).scope() == Scope.SOURCE) {
                processors[i] = steps.get(i).start();
            }
        }
        return new Chain(source, processors);
    }

    void write(DataOutput out) throws IOException {
        write(shared, Scope.ALL, out);
        out.writeInt(chains.size());
        for (Chain chain : chains.sequencedValues()) {
            RowCodec.writeText(chain.source, out);
            write(chain.processors, Scope.SOURCE, out);
        }
    }

    private void write(Processor[] processors, Scope scope, DataOutput out) throws IOException {
        for (int i = 0; i < processors.length; i++) {
            if (steps.get(i).scope() == scope) {
                processors[i].write(out);
            }
        }
    }

    void restore(DataInput in) throws IOException {
        restore(shared, Scope.ALL, in);
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            Chain chain = chain(RowCodec.readText(in));
            restore(chain.processors, Scope.SOURCE, in);
            chains.put(chain.source, chain);
            current = chain;
        }
    }

    private void restore(Processor[] processors, Scope scope, DataInput in) throws IOException {
        for (int i = 0; i < processors.length; i++) {
            if (steps.get(i).scope() == scope) {
                processors[i].restore(in);
            }
        }
    }
}
