package io.mlaas.onnx.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScriptCodeTest {
    private static ScriptCode parse(String text) {
        return ScriptCode.parse(new TreeMap<>(Map.of("__torch__/a.py", text)));
    }

    @Test
    void readsClassesWithConstantsAndMethods() {
        ScriptCode code = parse("""
                class Net(Module):
                  __parameters__ = ["weight", ]
                  weight : Tensor
                  __annotations__["0"] = __torch__.Layer
                  size : Final[int] = -3
                  def forward(self: __torch__.a.Net,
                    x: Tensor,
                    scale: float=1.0000000000000001e-05) -> Tuple[Tensor, int]:
                    a, b, = (self).g(x, )
                    y : Optional[Tensor] = getattr(self, "0")
                    if torch.gt(a, 3):
                      pass
                    else:
                      return (a, b)
                    return None
                """);
        Syntax.ClassDefinition net = code.classNamed("__torch__.a.Net").orElseThrow();
        assertThat(net.fields()).containsExactly("weight", "size");
        assertThat(net.constants().get("size")).isEqualTo(new Syntax.Negation(new Syntax.Literal(3L)));
        Syntax.Function forward = net.methods().get("forward");
        assertThat(forward.parameters()).extracting(Syntax.Parameter::name).containsExactly("self", "x", "scale");
        assertThat(forward.body()).hasSize(4);
        assertThat(((Syntax.Assign) forward.body().getFirst()).targets()).containsExactly("a", "b");
        assertThat(code.line("code/__torch__/a.py", 9)).isEqualTo("a, b, = (self).g(x, )");
    }

    @Test
    void readsLiteralsAndTuples() {
        assertThat(ScriptCode.expression("[1, 2.5, \"a\\n\", None, True]"))
                .isEqualTo(new Syntax.ListOf(java.util.List.of(
                        new Syntax.Literal(1L),
                        new Syntax.Literal(2.5),
                        new Syntax.Literal("a\n"),
                        new Syntax.Literal(null),
                        new Syntax.Literal(true))));
        assertThat(ScriptCode.expression("(x, )"))
                .isEqualTo(new Syntax.TupleOf(java.util.List.of(new Syntax.Name("x"))));
        assertThat(ScriptCode.expression("(x)")).isEqualTo(new Syntax.Name("x"));
    }

    @Test
    void namesTheLineOfWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> parse("def f(x):\n  y = x @ 2\n"))
                .isInstanceOf(SyntaxProblem.class)
                .hasMessage("code/__torch__/a.py:2: character @ is not understood");
        assertThatThrownBy(() -> parse("import os\n")).hasMessageContaining("a.py:1: import");
    }

    @Test
    void refusesDeepNestingInsteadOfOverflowingTheStack() {
        assertThatThrownBy(() -> parse("def f(x):\n  return " + "(".repeat(100_000) + "\n"))
                .hasMessageContaining("nesting deeper than 200");
        assertThatThrownBy(() -> parse("def f(x):\n  return " + "-".repeat(100_000) + "1\n"))
                .hasMessageContaining("nesting deeper than 200");
    }
}
