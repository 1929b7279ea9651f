package io.mlaas.sharing.passport;

import static io.mlaas.api.sharing.ReproductionVerdict.Outcome.FAILED;
import static io.mlaas.api.sharing.ReproductionVerdict.Outcome.NOT_REPRODUCED;
import static io.mlaas.api.sharing.ReproductionVerdict.Outcome.REPRODUCED;
import static io.mlaas.api.sharing.ReproductionVerdict.Outcome.REPRODUCED_WITHIN_TOLERANCE;
import static io.mlaas.api.sharing.ReproductionVerdict.Outcome.UNDECLARED_INPUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.ReproductionVerdict.Outcome;
import java.io.StringReader;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class BadgeTest {

    @Test
    void saysHowOftenTheModelCameOutAgain() {
        assertThat(message()).isEqualTo("not tried");
        assertThat(message(FAILED)).isEqualTo("not tried");
        assertThat(message(REPRODUCED, FAILED)).isEqualTo("reproduced 1 of 1");
        assertThat(message(REPRODUCED, REPRODUCED_WITHIN_TOLERANCE)).isEqualTo("reproduced 2 of 2");
        assertThat(message(REPRODUCED, NOT_REPRODUCED, UNDECLARED_INPUT)).isEqualTo("reproduced 1 of 3");
        assertThat(message(NOT_REPRODUCED)).isEqualTo("not reproduced, 0 of 1");
    }

    @Test
    void whatIsNotAllGoodIsNotGreen() {
        assertThat(badge(REPRODUCED).colour())
                .isNotEqualTo(badge(REPRODUCED, NOT_REPRODUCED).colour());
        assertThat(badge(NOT_REPRODUCED).colour()).isNotEqualTo(badge().colour());
    }

    @Test
    void isASmallPictureThatReadersOfScreensCanSay() throws Exception {
        Element svg = parse(badge(REPRODUCED).svg());

        assertThat(svg.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("aria-label")).isEqualTo("re-proved: reproduced 1 of 1");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("re-proved: reproduced 1 of 1");
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void escapesItsText() throws Exception {
        String svg = new Badge("<script>\"&'\u0000", "#000").svg();

        assertThat(svg).doesNotContain("<script>");
        assertThat(parse(svg).getAttribute("aria-label")).isEqualTo("re-proved: <script>\"&' ");
    }

    private static String message(Outcome... outcomes) {
        return badge(outcomes).message();
    }

    private static Badge badge(Outcome... outcomes) {
        return Badge.of(Passport.Reproductions.of(Stream.of(outcomes)
                .map(outcome -> SamplePassport.verdict(outcome, outcome.name()))
                .toList()));
    }

    private static Element parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
    }
}
