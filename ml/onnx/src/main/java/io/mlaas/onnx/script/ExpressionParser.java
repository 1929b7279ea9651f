package io.mlaas.onnx.script;

import io.mlaas.onnx.script.Lexer.Kind;
import io.mlaas.onnx.script.Lexer.Token;
import io.mlaas.onnx.script.Syntax.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recursive descent over tokens, as far as expressions go. */
abstract sealed class ExpressionParser permits Parser {
    /** Deeper nesting than any real model has, and shallow enough for the stack. */
    private static final int MAX_DEPTH = 200;

    private final String file;
    private final List<Token> tokens;
    private int at;
    private int depth;

    ExpressionParser(String file, String text) {
        this.file = file;
        this.tokens = Lexer.tokens(file, text);
    }

    final String file() {
        return file;
    }

    final void advance() {
        at++;
    }

    /** One expression, or several with commas as a tuple. */
    final Expression expressions() {
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

    final Expression expression() {
        enter();
        Expression value = postfix();
        if (peek().isWord("if")) {
            at++;
            Expression condition = expression();
            word("else");
            value = new Syntax.Conditional(condition, value, expression());
        }
        leave();
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

    final Token peek() {
        return tokens.get(Math.min(at, tokens.size() - 1));
    }

    final boolean skip(String symbol) {
        if (peek().is(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    final void symbol(String symbol) {
        if (!skip(symbol)) {
            throw problem();
        }
    }

    final void word(String word) {
        if (!peek().isWord(word)) {
            throw problem();
        }
        at++;
    }

    final String name() {
        if (peek().kind() != Kind.NAME) {
            throw problem();
        }
        return tokens.get(at++).text();
    }

    final void newline() {
        if (peek().kind() != Kind.NEWLINE) {
            throw problem();
        }
        at++;
    }

    final void enter() {
        if (++depth > MAX_DEPTH) {
            throw new SyntaxProblem(file, peek().line(), "nesting deeper than " + MAX_DEPTH);
        }
    }

    final SyntaxProblem problem() {
        Token token = peek();
        return new SyntaxProblem(
                file, token.line(), token.text().isEmpty() ? token.kind().name() : token.text());
    }

    final void leave() {
        depth--;
    }
}
