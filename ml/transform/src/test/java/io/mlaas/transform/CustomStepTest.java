package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.step.Output;
import io.mlaas.transform.step.Processor;
import io.mlaas.transform.step.RowRejectedException;
import io.mlaas.transform.step.Step;
import io.mlaas.transform.step.StepProvider;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A step of one's own: {@code accumulate} adds up a column for each source. */
class CustomStepTest {
    private static final String STEPS = """
            {"step": "accumulate", "field": "x", "into": "total"}, {"step": "sample", "inputs": ["total"]}""";

    @Test
    void takesPartInAPipelineAndItsState() {
        Pipeline first = new Pipeline(STEPS)
                .at(0, "x=1")
                .from("b", 1, "x=10")
                .at(2, "x=2")
                .at(3, "x=-1");
        assertThat(first.shown()).containsExactly("0: 1", "1: 10", "2: 3");
        assertThat(first.rejections()).containsExactly("x: -1.0 (expected: >= 0)");

        Transformer second = Transformer.of(Pipeline.document(STEPS));
        second.restore(first.transformer().writeState());

        assertThat(new Pipeline(second).at(4, "x=4").from("b", 5, "x=1").shown())
                .containsExactly("4: 7", "5: 11");
    }

    @Test
    void isCheckedWithTheDocument() {
        assertThatThrownBy(() -> Transformer.of(Pipeline.document("""
                {"step": "accumulate", "field": "q", "wrong": 1}, {"step": "sample", "inputs": ["x"]}""")))
                .hasMessage("$.steps[1].field: \"q\" (expected: one of the columns x, y, t)\n"
                        + "$.steps[1].wrong: unknown field (expected: one of field, into, step)");
        assertThatThrownBy(() -> Transformer.of("""
                {"steps": [{"step": "accumulate", "field": "message"}, {"step": "sample", "inputs": ["total"]}]}"""))
                .hasMessage("$.steps[0].step: keeps a state of whole messages (expected: extract before it)");
    }

    /** Found through META-INF/services. */
    public static final class AccumulateProvider implements StepProvider {
        @Override
        public String name() {
            return "accumulate";
        }

        @Override
        public Step read(Fields fields, Schema input) {
            String field = fields.text("field");
            int column = input.index(field);
            if (column < 0) {
                fields.bad("field", "\"" + field + "\" (expected: one of the columns " + input.names() + ")");
            }
            return new Accumulate(input, column, fields.text("into", "total"));
        }
    }

    private static final class Accumulate extends Step {
        private final int column;

        private Accumulate(Schema input, int column, String into) {
            super(input, input.with(Column.number(into, "")));
            this.column = column;
        }

        @Override
        public Scope scope() {
            return Scope.SOURCE;
        }

        @Override
        public Processor start() {
            return new Processor() {
                private double total;

                @Override
                public void accept(Row row, Output next) throws RowRejectedException {
                    if (row.number(column) < 0) {
                        throw new RowRejectedException("x: " + row.number(column) + " (expected: >= 0)");
                    }
                    total += row.number(column);
                    Object[] values = row.values(row.size() + 1);
                    values[row.size()] = total;
                    next.pass(row.with(values));
                }

                @Override
                public void write(DataOutput out) throws IOException {
                    out.writeDouble(total);
                }

                @Override
                public void restore(DataInput in) throws IOException {
                    total = in.readDouble();
                }
            };
        }
    }
}
