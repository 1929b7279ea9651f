package io.mlaas.onnx.script;

import io.mlaas.onnx.script.Lexer.Kind;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the statements, functions and classes of one file. */
final class Parser extends ExpressionParser {
    private Parser(String file, String text) {
        super(file, text);
    }

    /** The classes and functions of a file. */
    record Definitions(List<Syntax.ClassDefinition> classes, List<Syntax.Function> functions) {}

    /** @throws SyntaxProblem naming file and line */
    static Definitions parse(String file, String text) {
        Parser parser = new Parser(file, text);
        try {
            return parser.definitions();
        } catch (IllegalArgumentException e) {
            // a number or an escape that Java does not read
            throw parser.problem();
        }
    }

    static Expression expression(String text) {
        return new Parser("signature", text).expression();
    }

    private Definitions definitions() {
        List<Syntax.ClassDefinition> classes = new ArrayList<>();
        List<Syntax.Function> functions = new ArrayList<>();
        while (peek().kind() != Kind.END) {
            if (peek().isWord("class")) {
                classes.add(classDefinition());
            } else if (peek().isWord("def")) {
                functions.add(function());
            } else {
                throw problem();
            }
        }
        return new Definitions(classes, functions);
    }

    private Syntax.ClassDefinition classDefinition() {
        word("class");
        String name = name();
        String kind = "";
        if (skip("(")) {
            kind = peek().is(")") ? "" : name();
            symbol(")");
        }
        Map<String, Expression> constants = new LinkedHashMap<>();
        List<String> fields = new ArrayList<>();
        Map<String, Syntax.Function> methods = new LinkedHashMap<>();
        symbol(":");
        newline();
        indented(() -> {
            if (peek().isWord("def")) {
                Syntax.Function method = function();
                methods.put(method.name(), method);
                return;
            }
            if (peek().isWord("pass")) {
                advance();
                newline();
                return;
            }
            attribute(constants, fields);
        });
        return new Syntax.ClassDefinition(name, kind, constants, fields, methods);
    }

    private void attribute(Map<String, Expression> constants, List<String> fields) {
        Expression target = expression();
        if (skip(":")) {
            expression();
            if (target instanceof Syntax.Name field) {
                fields.add(field.id());
            }
        }
        if (skip("=")) {
            Expression value = expressions();
            if (target instanceof Syntax.Name named) {
                constants.put(named.id(), value);
            }
        }
        newline();
    }

    private Syntax.Function function() {
        word("def");
        String name = name();
        symbol("(");
        List<Syntax.Parameter> parameters = new ArrayList<>();
        while (!skip(")")) {
            if (skip("*")) {
                skip(",");
                continue;
            }
            String parameter = name();
            Optional<Expression> type = skip(":") ? Optional.of(expression()) : Optional.empty();
            parameters.add(
                    new Syntax.Parameter(parameter, type, skip("=") ? Optional.of(expression()) : Optional.empty()));
            if (!peek().is(")")) {
                symbol(",");
            }
        }
        if (skip("->")) {
            expression();
        }
        return new Syntax.Function(file(), name, parameters, block());
    }

    private List<Statement> block() {
        symbol(":");
        newline();
        List<Statement> statements = new ArrayList<>();
        indented(() -> statements.add(statement()));
        return statements;
    }

    private void indented(Runnable element) {
        if (peek().kind() != Kind.INDENT) {
            throw problem();
        }
        advance();
        enter();
        while (peek().kind() != Kind.DEDENT) {
            element.run();
        }
        leave();
        advance();
    }

    private Statement statement() {
        int line = peek().line();
        String word = peek().kind() == Kind.NAME ? peek().text() : "";
        switch (word) {
            case "pass" -> {
                advance();
                newline();
                return new Syntax.Pass(line);
            }
            case "return" -> {
                advance();
                Expression value = peek().kind() == Kind.NEWLINE ? new Syntax.Literal(null) : expressions();
                newline();
                return new Syntax.Return(line, value);
            }
            case "if" -> {
                advance();
                Expression condition = expression();
                List<Statement> then = block();
                if (peek().isWord("else")) {
                    advance();
                    return new Syntax.If(line, condition, then, block());
                }
                return new Syntax.If(line, condition, then, List.of());
            }
            case "for" -> {
                advance();
                String variable = name();
                word("in");
                Expression sequence = expression();
                return new Syntax.For(line, variable, sequence, block());
            }
            case "while" -> {
                advance();
                Expression condition = expression();
                return new Syntax.While(line, condition, block());
            }
            default -> {
                return assignment(line);
            }
        }
    }

    private Statement assignment(int line) {
        Expression first = expressions();
        if (skip(":")) {
            expression();
        }
        Statement statement = new Syntax.Evaluate(line, first);
        if (skip("=")) {
            Expression value = expressions();
            statement = switch (first) {
                case Syntax.Name name -> new Syntax.Assign(line, List.of(name.id()), value);
                case Syntax.Attribute attribute -> new Syntax.AttributeAssign(line, attribute, value);
                case Syntax.TupleOf tuple -> new Syntax.Assign(line, names(tuple), value);
                default -> throw problem();
            };
        }
        newline();
        return statement;
    }

    private List<String> names(Syntax.TupleOf tuple) {
        return tuple.items().stream()
                .map(item -> {
                    if (item instanceof Syntax.Name name) {
                        return name.id();
                    }
                    throw problem();
                })
                .toList();
    }
}
