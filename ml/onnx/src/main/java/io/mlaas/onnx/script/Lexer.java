package io.mlaas.onnx.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits the text into tokens; indentation becomes tokens of its own, as in Python. */
final class Lexer {
    enum Kind {
        NAME,
        INTEGER,
        FLOAT,
        STRING,
        SYMBOL,
        NEWLINE,
        INDENT,
        DEDENT,
        END
    }

    record Token(Kind kind, String text, int line) {
        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean isWord(String word) {
            return kind == Kind.NAME && text.equals(word);
        }
    }

    private static final Pattern TOKEN = Pattern.compile(
            "(?<skip>[ \\t]+|#[^\\n]*)|(?<newline>\\n)|(?<name>[A-Za-z_][A-Za-z_0-9]*)"
                    + "|(?<float>[0-9]+\\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)|(?<integer>[0-9]+)"
                    + "|(?<string>\"(?:[^\"\\\\\\n]|\\\\[^\\n])*+\"|'(?:[^'\\\\\\n]|\\\\[^\\n])*+')|(?<symbol>->|[-()\\[\\]{},:=.*+])");

    private final String file;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Integer> indents = new ArrayDeque<>(List.of(0));

    private Lexer(String file) {
        this.file = file;
    }

    static List<Token> tokens(String file, String text) {
        Lexer lexer = new Lexer(file);
        lexer.run(text);
        return lexer.tokens;
    }

    private void run(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int position = 0;
        int line = 1;
        int brackets = 0;
        boolean lineStart = true;
        int column = 0;
        while (position < text.length()) {
            matcher.region(position, text.length());
            if (!matcher.lookingAt()) {
                throw new SyntaxProblem(file, line, "character " + text.charAt(position));
            }
            position = matcher.end();
            String found = matcher.group();
            if (matcher.group("newline") != null) {
                if (!lineStart && brackets == 0) {
                    tokens.add(new Token(Kind.NEWLINE, "", line));
                    lineStart = true;
                }
                line++;
                column = 0;
            } else if (matcher.group("skip") != null) {
                column += found.length();
            } else {
                if (lineStart) {
                    indent(column, line);
                    lineStart = false;
                }
                Kind kind = kind(matcher);
                if (kind == Kind.SYMBOL) {
                    brackets += "([{".contains(found) ? 1 : ")]}".contains(found) ? -1 : 0;
                }
                tokens.add(new Token(kind, found, line));
                column += found.length();
            }
        }
        if (!lineStart) {
            tokens.add(new Token(Kind.NEWLINE, "", line));
        }
        indent(0, line);
        tokens.add(new Token(Kind.END, "", line));
    }

    private void indent(int column, int line) {
        if (column > indents.getFirst()) {
            indents.push(column);
            tokens.add(new Token(Kind.INDENT, "", line));
        }
        while (column < indents.getFirst()) {
            indents.pop();
            tokens.add(new Token(Kind.DEDENT, "", line));
        }
        if (column != indents.getFirst()) {
            throw new SyntaxProblem(file, line, "indentation");
        }
    }

    private static Kind kind(Matcher matcher) {
        if (matcher.group("name") != null) {
            return Kind.NAME;
        }
        if (matcher.group("float") != null) {
            return Kind.FLOAT;
        }
        if (matcher.group("integer") != null) {
            return Kind.INTEGER;
        }
        return matcher.group("string") != null ? Kind.STRING : Kind.SYMBOL;
    }
}
