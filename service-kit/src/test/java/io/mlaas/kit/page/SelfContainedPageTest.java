package io.mlaas.kit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SelfContainedPageTest {
    private final SelfContainedPage page = SelfContainedPage.read("/page/test.html");

    @Test
    void exactlyItsOwnScriptsAndStylesMayRun() throws Exception {
        assertThat(page.contentSecurityPolicy("connect-src 'self'"))
                .isEqualTo("default-src 'none'; script-src 'sha256-" + sha256("show(1 < 2);") + "'; style-src 'sha256-"
                        + sha256("p { color: red }") + "'; connect-src 'self'; base-uri 'none'; form-action 'none'"
                        + "; frame-ancestors 'none'");
    }

    @Test
    void dataCannotEndTheElementThatHoldsIt() {
        String html = page.withData("{\"name\": \"</script><script>alert(1)</script>\"}");
        assertThat(html).contains("\\u003c/script>\\u003cscript>alert(1)").doesNotContain("<script>alert");
    }

    @Test
    void whatThePageDoesNotHaveCannotBeReplaced() {
        assertThatThrownBy(() -> page.with("<!--no-->", "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the page has no <!--no-->");
        assertThatThrownBy(() -> page.withLibrary("library", "/page/none-of-this-name.js"))
                .hasMessage("/page/none-of-this-name.js: 0 (expected: 1)");
    }

    private static String sha256(String text) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
