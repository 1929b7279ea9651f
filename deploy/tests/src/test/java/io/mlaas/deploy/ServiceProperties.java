package io.mlaas.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The properties of a service, read from the records that hold them, by the names of their environment variables. */
final class ServiceProperties {

    private static final Pattern CONFIGURATION =
            Pattern.compile("@ConfigurationProperties\\(\"([a-z0-9.-]+)\"\\)\\s*(?:public )?record \\w+\\(");
    private static final Pattern COMPONENT = Pattern.compile("([A-Za-z0-9]+)\\s*[,)]");

    private static final Map<String, List<String>> READ = new ConcurrentHashMap<>();

    private ServiceProperties() {}

    static List<String> of(String service) {
        return READ.computeIfAbsent(service, ServiceProperties::read);
    }

    private static List<String> read(String service) {
        List<String> names = new ArrayList<>();
        for (String module : List.of(ServicesTest.module(service), "service-kit")) {
            try (Stream<Path> files =
                    Files.walk(Chart.REPOSITORY.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Chart::read)
                        .forEach(source -> collect(source, names));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    private static void collect(String source, List<String> names) {
        Matcher record = CONFIGURATION.matcher(source);
        while (record.find()) {
            String prefix = record.group(1).replace("-", "").replace('.', '_');
            Matcher component = COMPONENT.matcher(withoutNested(source, record.end()));
            while (component.find()) {
                names.add((prefix + "_" + component.group(1)).toUpperCase(Locale.ROOT));
            }
        }
    }

    /** The components of a record, without what stands in parentheses and angle brackets. */
    private static String withoutNested(String source, int start) {
        StringBuilder text = new StringBuilder();
        int depth = 1;
        for (int i = start; depth > 0; i++) {
            char c = source.charAt(i);
            if (c == '(' || c == '<') {
                depth++;
            } else if (c == ')' || c == '>') {
                depth--;
            } else if (depth == 1) {
                text.append(c);
            }
        }
        return text.append(')').toString();
    }
}
