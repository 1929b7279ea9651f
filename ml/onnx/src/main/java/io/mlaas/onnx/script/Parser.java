package io.mlaas.onnx.script;

import io.mlaas.onnx.script.Lexer.Kind;
import io.mlaas.onnx.script.Lexer.Token;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Recursive descent over the tokens of one file. */
final class Parser {
    /** Deeper nesting than any real model has, and shallow enough for the stack. */
    private static final int MAX_DEPTH = 200;

    private final String file;
    private final List<Token> tokens;
    private int at;
    private int depth;

    private Parser(String file, String text) {
        this.file = file;
        this.tokens = Lexer.tokens(file, text);
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
                at++;
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
            if (skip(":")) {
                expression();
            }
            parameters.add(new Syntax.Parameter(parameter, skip("=") ? Optional.of(expression()) : Optional.empty()));
            if (!peek().is(")")) {
                symbol(",");
            }
        }
        if (skip("->")) {
            expression();
        }
        return new Syntax.Function(file, name, parameters, block());
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
        at++;
        enter();
        while (peek().kind() != Kind.DEDENT) {
            element.run();
        }
        depth--;
        at++;
    }

    private Statement statement() {
        int line = peek().line();
        String word = peek().kind() == Kind.NAME ? peek().text() : "";
        switch (word) {
            case "pass" -> {
                at++;
                newline();
                return new Syntax.Pass(line);
            }
            case "return" -> {
                at++;
                Expression value = peek().kind() == Kind.NEWLINE ? new Syntax.Literal(null) : expressions();
                newline();
                return new Syntax.Return(line, value);
            }
            case "if" -> {
                at++;
                Expression condition = expression();
                List<Statement> then = block();
                if (peek().isWord("else")) {
                    at++;
                    return new Syntax.If(line, condition, then, block());
                }
                return new Syntax.If(line, condition, then, List.of());
            }
            case "for" -> {
                at++;
                String variable = name();
                word("in");
                Expression sequence = expression();
                return new Syntax.For(line, variable, sequence, block());
            }
            case "while" -> {
                at++;
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

    /** One expression, or several with commas as a tuple. */
    private Expression expressions() {
        Expression first = expression();
        if (!peek().is(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (skip(",")) {
            if (peek().is("=") || peek().kind() == Kind.NEWLINE) {
                break;
            }
            items.add(expression());
        }
        return new Syntax.TupleOf(items);
    }

    private Expression expression() {
        enter();
        Expression value = postfix();
        if (peek().isWord("if")) {
            at++;
            Expression condition = expression();
            word("else");
            value = new Syntax.Conditional(condition, value, expression());
        }
        depth--;
        return value;
    }

    private Expression postfix() {
        if (skip("-")) {
            return new Syntax.Negation(expression());
        }
        Expression value = primary();
        while (true) {
            if (skip(".")) {
                value = new Syntax.Attribute(value, name());
            } else if (skip("(")) {
                value = call(value);
            } else if (skip("[")) {
                List<Expression> index = list("]");
                value = new Syntax.Subscript(value, index.size() == 1 ? index.getFirst() : new Syntax.TupleOf(index));
            } else {
                return value;
            }
        }
    }

    private Expression call(Expression function) {
        List<Expression> arguments = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!skip(")")) {
            if (peek().kind() == Kind.NAME && tokens.get(at + 1).is("=")) {
                String keyword = name();
                symbol("=");
                named.put(keyword, expression());
            } else {
                arguments.add(expression());
            }
            if (!peek().is(")")) {
                symbol(",");
            }
        }
        return new Syntax.Call(function, arguments, named);
    }

    private Expression primary() {
        Token token = peek();
        at++;
        switch (token.kind()) {
            case NAME -> {
                return switch (token.text()) {
                    case "None" -> new Syntax.Literal(null);
                    case "True" -> new Syntax.Literal(true);
                    case "False" -> new Syntax.Literal(false);
                    case "inf" -> new Syntax.Literal(Double.POSITIVE_INFINITY);
                    case "nan" -> new Syntax.Literal(Double.NaN);
                    default -> new Syntax.Name(token.text());
                };
            }
            case INTEGER -> {
                return new Syntax.Literal(Long.parseLong(token.text()));
            }
            case FLOAT -> {
                return new Syntax.Literal(Double.parseDouble(token.text()));
            }
            case STRING -> {
                return new Syntax.Literal(unquoted(token.text()));
            }
            case SYMBOL -> {
                return bracketed(token);
            }
            default -> {
                at--;
                throw problem();
            }
        }
    }

    private Expression bracketed(Token open) {
        switch (open.text()) {
            case "(" -> {
                boolean tuple = false;
                List<Expression> items = new ArrayList<>();
                while (!skip(")")) {
                    items.add(expression());
                    if (skip(",")) {
                        tuple = true;
                    } else if (!peek().is(")")) {
                        throw problem();
                    }
                }
                return tuple || items.isEmpty() ? new Syntax.TupleOf(items) : items.getFirst();
            }
            case "[" -> {
                return new Syntax.ListOf(list("]"));
            }
            case "{" -> {
                List<Expression> keys = new ArrayList<>();
                List<Expression> values = new ArrayList<>();
                while (!skip("}")) {
                    keys.add(expression());
                    symbol(":");
                    values.add(expression());
                    skip(",");
                }
                return new Syntax.DictOf(keys, values);
            }
            default -> {
                at--;
                throw problem();
            }
        }
    }

    private List<Expression> list(String close) {
        List<Expression> items = new ArrayList<>();
        while (!skip(close)) {
            items.add(expression());
            if (!peek().is(close)) {
                symbol(",");
            }
        }
        return items;
    }

    private static String unquoted(String text) {
        return text.substring(1, text.length() - 1).translateEscapes();
    }

    private Token peek() {
        return tokens.get(Math.min(at, tokens.size() - 1));
    }

    private boolean skip(String symbol) {
        if (peek().is(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    private void symbol(String symbol) {
        if (!skip(symbol)) {
            throw problem();
        }
    }

    private void word(String word) {
        if (!peek().isWord(word)) {
            throw problem();
        }
        at++;
    }

    private String name() {
        if (peek().kind() != Kind.NAME) {
            throw problem();
        }
        return tokens.get(at++).text();
    }

    private void newline() {
        if (peek().kind() != Kind.NEWLINE) {
            throw problem();
        }
        at++;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw new SyntaxProblem(file, peek().line(), "nesting deeper than " + MAX_DEPTH);
        }
    }

    private SyntaxProblem problem() {
        Token token = peek();
        return new SyntaxProblem(
                file, token.line(), token.text().isEmpty() ? token.kind().name() : token.text());
    }
}
