package io.mlaas.monitoring.window;

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
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A report as a page that needs nothing else: its data, its script and the library that draws are inside it. */
@Component
class ReportPage {
    private static final String PAGE = "classpath:/page/report.html";
    private static final String LIBRARY = "classpath*:/META-INF/resources/webjars/chart.js/*/dist/chart.umd.min.js";
    private static final String LIBRARY_PLACE = "<script id=\"chart-library\"></script>";
    private static final String DATA_PLACE = "<script type=\"application/json\" id=\"data\">{}</script>";
    private static final Pattern INLINE =
            Pattern.compile("<(script|style)(?: id=\"[a-z-]+\")?>(.*?)</\\1>", Pattern.DOTALL);

    private final JsonMapper json;
    private final String page;
    private final String policy;

    ReportPage(JsonMapper json) {
        this.json = json;
        PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver();
        try {
            Resource[] libraries = resources.getResources(LIBRARY);
            if (libraries.length != 1) {
                throw new IllegalStateException(LIBRARY + ": " + libraries.length + " (expected: 1)");
            }
            String library = libraries[0].getContentAsString(StandardCharsets.UTF_8);
            page = resources
                    .getResource(PAGE)
                    .getContentAsString(StandardCharsets.UTF_8)
                    .replace(LIBRARY_PLACE, "<script id=\"chart-library\">" + library + "</script>");
        } catch (IOException e) {
            throw new UncheckedIOException("the page of reports cannot be read", e);
        }
        policy = "default-src 'none'; script-src" + digests("script") + "; style-src" + digests("style")
                + "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    String of(JsonNode data) {
        // Nothing in the data may end the element that holds it.
        String text = json.writeValueAsString(data).replace("<", "\\u003c");
        return page.replace(DATA_PLACE, "<script type=\"application/json\" id=\"data\">" + text + "</script>");
    }

    /** What the page may do: run exactly its own scripts, and load nothing. */
    String contentSecurityPolicy() {
        return policy;
    }

    private String digests(String element) {
        StringBuilder digests = new StringBuilder();
        Matcher inline = INLINE.matcher(page);
        while (inline.find()) {
            if (inline.group(1).equals(element)) {
                digests.append(" 'sha256-").append(sha256(inline.group(2))).append('\'');
            }
        }
        return digests.toString();
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
