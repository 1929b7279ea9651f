package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/testing.md} says is tested where. */
class GuideTest {
    private static final Path HOME = Path.of(System.getProperty("mlaas.home", ".."));
    private static final Set<String> NOT_SOURCES = Set.of("target", "node_modules", ".git", ".mlaas", "main");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");

    @Test
    void everyTestThatTheGuideNamesExists() throws IOException {
        Map<String, String> sources = testSources();
        Set<String> missing = new TreeSet<>();
        List<MatchResult> named = NAMED.matcher(Files.readString(HOME.resolve("docs/testing.md")))
                .results()
                .toList();
        for (MatchResult test : named) {
            String source = sources.getOrDefault(test.group(1), "");
            if (!source.contains("void " + test.group(2) + "(")) {
                missing.add(test.group(1) + "#" + test.group(2));
            }
        }

        assertThat(named).hasSizeGreaterThan(50);
        assertThat(missing)
                .as("tests named in docs/testing.md that do not exist")
                .isEmpty();
    }

    /** By class; of classes of one name, such as each service's AuthorizationTest, all. */
    private static Map<String, String> testSources() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(HOME, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                Path name = folder.getFileName();
                return !folder.equals(HOME) && name != null && NOT_SOURCES.contains(name.toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Map<String, String> sources = new HashMap<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            sources.merge(name.substring(0, name.length() - ".java".length()), Files.readString(file), String::concat);
        }
        return sources;
    }
}
