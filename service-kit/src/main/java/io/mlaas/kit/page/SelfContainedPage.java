package io.mlaas.kit.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * An HTML page whose scripts and styles are inside it, with the policy that lets exactly these run. What is put into it
 * afterwards is data: a script that came in that way would not run.
 */
public final class SelfContainedPage {
    private static final Pattern INLINE =
            Pattern.compile("<(script|style)(?: id=\"[a-z-]+\")?>(.*?)</\\1>", Pattern.DOTALL);
    private static final PathMatchingResourcePatternResolver RESOURCES = new PathMatchingResourcePatternResolver();

    private final String html;

    private SelfContainedPage(String html) {
        this.html = html;
    }

    /** @param resource on the class path, such as {@code /page/report.html} */
    public static SelfContainedPage read(String resource) {
        return new SelfContainedPage(text(RESOURCES.getResource("classpath:" + resource)));
    }

    /**
     * With a library's script in the place of an empty {@code <script id="…"></script>}.
     *
     * @param pattern where the library is, of which there must be exactly one version on the class path
     */
    public SelfContainedPage withLibrary(String id, String pattern) {
        try {
            Resource[] libraries = RESOURCES.getResources("classpath*:" + pattern);
            if (libraries.length != 1) {
                throw new IllegalStateException(pattern + ": " + libraries.length + " (expected: 1)");
            }
            String open = "<script id=\"" + id + "\">";
            return new SelfContainedPage(with(open + "</script>", open + text(libraries[0]) + "</script>"));
        } catch (IOException e) {
            throw new UncheckedIOException("libraries cannot be looked for: " + pattern, e);
        }
    }

    public String html() {
        return html;
    }

    /** The page with something in the place of a piece of it. */
    public String with(String place, String content) {
        if (!html.contains(place)) {
            throw new IllegalStateException("the page has no " + place);
        }
        return html.replace(place, content);
    }

    /** The page with JSON for its script in {@code <script type="application/json" id="data">{}</script>}. */
    public String withData(String json) {
        // Nothing in the data may end the element that holds it.
        String data = json.replace("<", "\\u003c");
        String open = "<script type=\"application/json\" id=\"data\">";
        return with(open + "{}</script>", open + data + "</script>");
    }

    /**
     * What the page may do: look as it does and run its own scripts.
     *
     * @param more directives that it needs beside these, such as {@code connect-src 'self'}
     */
    public String contentSecurityPolicy(String... more) {
        StringBuilder policy = new StringBuilder("default-src 'none'");
        directive(policy, "script");
        directive(policy, "style");
        for (String directive : more) {
            policy.append("; ").append(directive);
        }
        return policy.append("; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                .toString();
    }

    private void directive(StringBuilder policy, String element) {
        Matcher inline = INLINE.matcher(html);
        boolean first = true;
        while (inline.find()) {
            if (inline.group(1).equals(element)) {
                policy.append(first ? "; " + element + "-src" : "")
                        .append(" 'sha256-")
                        .append(sha256(inline.group(2)))
                        .append('\'');
                first = false;
            }
        }
    }

    private static String text(Resource resource) {
        try {
            return resource.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the page cannot be read: " + resource, e);
        }
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
