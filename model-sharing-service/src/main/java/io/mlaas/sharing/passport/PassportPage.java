package io.mlaas.sharing.passport;

import io.mlaas.kit.page.SelfContainedPage;
import org.springframework.stereotype.Component;

/** A passport as a page that needs nothing else: no script, no picture, nothing from elsewhere. */
@Component
class PassportPage {
    private static final String CONTENT = "<!--passport-->";
    private static final String TITLE = "<title>Passport</title>";

    private final SelfContainedPage page = SelfContainedPage.read("/page/passport.html");

    /** What the page may do: look as it does. */
    String contentSecurityPolicy() {
        return page.contentSecurityPolicy("sandbox allow-downloads");
    }

    String of(Passport passport) {
        String title = "Passport of " + passport.model().title();
        return page.with(TITLE, "<title>" + Html.escaped(title) + "</title>")
                .replace(CONTENT, new PassportSections(passport).toString());
    }
}
