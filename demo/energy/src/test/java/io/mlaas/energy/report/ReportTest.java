package io.mlaas.energy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportTest {
    private static final ZoneId ROME = ZoneId.of("Europe/Rome");
    private static final Instant START = Instant.parse("2025-04-22T00:00:00Z");

    @TempDir
    Path folder;

    private static double[] wave(int hours, double height) {
        return IntStream.range(0, hours)
                .mapToDouble(h -> Math.max(0, height * Math.sin(Math.PI * (h % 24 - 6) / 12)))
                .toArray();
    }

    private final Report report = new Report(
            "Two plants & four sites",
            List.of("1 < 2"),
            List.of(new Report.Row("generation", 0.0113, 0.009, 0.17, 0.0243)),
            List.of(
                    new Report.Figure(
                            "forecast",
                            "a day",
                            new Report.Drawn.Forecast(new ForecastFigure(
                                    "Generation",
                                    START,
                                    ROME,
                                    wave(36, 9),
                                    wave(24, 8),
                                    wave(24, 9),
                                    wave(24, 7),
                                    wave(24, 11),
                                    0.9))),
                    new Report.Figure(
                            "why",
                            "hours",
                            new Report.Drawn.Contributions(
                                    new ContributionFigure("Noon", START, ROME, new double[] {1, -2, 0.5}))),
                    new Report.Figure(
                            "scores",
                            "bars",
                            new Report.Drawn.Bars(new BarFigure(
                                    "MSE",
                                    "mean squared error",
                                    4,
                                    List.of(new BarFigure.Group(
                                            "3 days",
                                            List.of(
                                                    new BarFigure.Bar("transferred", 0.01),
                                                    new BarFigure.Bar("from scratch", 0.02)))))))),
            List.of(new Report.Interval("generation", 1, "conformal", 0.01, 0.02, 0.5, 2.5)));

    @Test
    void everyPictureIsWellFormedAndSaysWhatItShows() throws Exception {
        report.write(folder);

        Document forecast = parsed(Files.readString(folder.resolve("forecast.svg")));
        assertThat(forecast.getDocumentElement().getAttribute("aria-label")).isEqualTo("Generation");
        assertThat(forecast.getDocumentElement().getTextContent())
                .contains("mean power of the hour in kW", "90 % interval", "22 Apr", "time (Europe/Rome)")
                .contains("prefers-color-scheme:dark");
        Document why = parsed(Files.readString(folder.resolve("why.svg")));
        assertThat(IntStream.range(0, why.getElementsByTagName("rect").getLength())
                        .mapToObj(i -> why.getElementsByTagName("rect")
                                .item(i)
                                .getAttributes()
                                .getNamedItem("class")
                                .getNodeValue())
                        .toList())
                .containsSubsequence("for", "against", "for");
        assertThat(parsed(Files.readString(folder.resolve("scores.svg")))
                        .getDocumentElement()
                        .getTextContent())
                .contains("0.0100", "0.0200", "transferred");
    }

    @Test
    void thePageNeedsNothingElse() throws Exception {
        String page = Files.readString(report.write(folder));

        // without the doctype and the void elements it is XML
        parsed(page.replace("<!doctype html>", "").replaceAll("<meta[^>]*>", ""));
        assertThat(page)
                .contains("Two plants &amp; four sites", "1 &lt; 2", "0.0113", "0.009", "0.0243", "0.020", "conformal")
                .doesNotContain("<script", "<link", "src=");
    }

    @Test
    void ticksAreRoundNumbers() {
        assertThat(Frame.niceStep(0.0031)).isEqualTo(0.005);
        assertThat(Frame.niceStep(1.3)).isEqualTo(2);
        assertThat(Frame.niceStep(70)).isEqualTo(100);
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
