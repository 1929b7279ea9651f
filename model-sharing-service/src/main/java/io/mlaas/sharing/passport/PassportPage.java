package io.mlaas.sharing.passport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.stereotype.Component;

/** A passport as a page that needs nothing else: no script, no picture, nothing from elsewhere. */
@Component
class PassportPage {
    private static final String CONTENT = "<!--passport-->";
    private static final String TITLE = "<title>Passport</title>";

    private final String page;
    private final String policy;

    PassportPage() {
        page = read();
        String style = page.substring(page.indexOf("<style>") + "<style>".length(), page.indexOf("</style>"));
        policy = "default-src 'none'; style-src 'sha256-" + sha256(style.getBytes(StandardCharsets.UTF_8))
                + "'; base-uri 'none'; form-action 'none'" + "; frame-ancestors 'none'; sandbox allow-downloads";
    }

    /** What the page may do: look as it does. */
    String contentSecurityPolicy() {
        return policy;
    }

    String of(Passport passport) {
        String title = "Passport of " + passport.model().title();
        return page.replace(TITLE, "<title>" + Html.escaped(title) + "</title>")
                .replace(CONTENT, new PassportSections(passport).toString());
    }

    private static String read() {
        try (InputStream in = PassportPage.class.getResourceAsStream("/page/passport.html")) {
            if (in == null) {
                throw new IllegalStateException("page/passport.html is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the page of passports cannot be read", e);
        }
    }

    static String sha256(byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(digest.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
