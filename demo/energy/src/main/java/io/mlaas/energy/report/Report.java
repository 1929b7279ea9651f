package io.mlaas.energy.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * All that is told of a run.
 *
 * @param facts what was done, a line each
 * @param scores of each model, beside what is reported and the obvious
 * @param figures by the name of their file
 * @param intervals how the intervals came about, hour by hour
 */
public record Report(
        String headline, List<String> facts, List<Row> scores, List<Figure> figures, List<Interval> intervals) {

    /**
     * A model's score.
     *
     * @param reported what the use case's report says of it; NaN if nothing
     */
    public record Row(String model, double mse, double reported, double persistence, double seasonalNaive) {}

    /**
     * A picture.
     *
     * @param file its name without the ending
     */
    public record Figure(String file, String caption, Drawn drawn) {}

    /** What can be drawn. */
    public sealed interface Drawn {
        record Forecast(ForecastFigure figure) implements Drawn {}

        record Contributions(ContributionFigure figure) implements Drawn {}

        record Bars(BarFigure figure) implements Drawn {}

        private Svg svg() {
            return switch (this) {
                case Forecast(ForecastFigure figure) -> figure.draw();
                case Contributions(ContributionFigure figure) -> figure.draw();
                case Bars(BarFigure figure) -> figure.draw();
            };
        }
    }

    /**
     * How the interval of an hour came about.
     *
     * @param method gaussian or conformal
     * @param halfWidth in kW
     */
    public record Interval(
            String model,
            int hour,
            String method,
            double shapiroWilk,
            double andersonDarling,
            double dAgostinoPearson,
            double halfWidth) {}

    private static final String PAGE_STYLE = """
            :root{color-scheme:light dark;--page:#f4f6f8;--paper:#fff;--ink:#1c2430;--soft:#5b6675;--rule:#dfe3e8;--good:#15803d}
            @media (prefers-color-scheme:dark){:root{--page:#0d1015;--paper:#14181f;--ink:#e8ecf2;--soft:#a3adba;--rule:#303844;--good:#4fc47a}}
            body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
            main{max-width:960px;margin:0 auto;padding:32px 20px 64px}h1{font-size:28px;margin:0 0 8px}h2{font-size:19px;margin:40px 0 8px}
            p,li,figcaption{color:var(--soft)}ul{padding-left:20px;margin:8px 0}figure{margin:20px 0 28px}
            figure svg{width:100%;height:auto;border:1px solid var(--rule);border-radius:8px;display:block}figcaption{font-size:14px;margin-top:6px}
            .table{overflow-x:auto;background:var(--paper);border:1px solid var(--rule);border-radius:8px}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:8px 14px;text-align:right;border-top:1px solid var(--rule);white-space:nowrap}
            thead th{border-top:0;color:var(--soft);font-weight:600;font-size:14px}td:first-child,th:first-child{text-align:left}.best{color:var(--good);font-weight:600}
            details{margin-top:12px}summary{cursor:pointer;color:var(--soft)}
            """;

    /** Writes {@code index.html} and every figure; gives the page. */
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Figure figure : figures) {
            Files.writeString(
                    folder.resolve(figure.file() + ".svg"), figure.drawn().svg().alone());
        }
        return Files.writeString(folder.resolve("index.html"), page());
    }

    private String page() {
        StringBuilder page = new StringBuilder("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Energy forecasts</title><style>
                """)
                .append(PAGE_STYLE)
                .append(Svg.STYLE)
                .append("</style></head><body><main>\n<h1>Energy forecasts</h1>\n");
        page.append("<p>").append(Svg.escaped(headline)).append("</p>\n<ul>");
        facts.forEach(fact -> page.append("<li>").append(Svg.escaped(fact)).append("</li>\n"));
        page.append("</ul>\n<h2>How good they are</h2>\n");
        scores(page);
        for (Figure figure : figures) {
            page.append("<figure>").append(figure.drawn().svg().inline()).append("<figcaption>");
            page.append(Svg.escaped(figure.caption())).append("</figcaption></figure>\n");
        }
        page.append("<h2>How sure they are</h2>\n");
        intervals(page);
        return page.append("</main></body></html>\n").toString();
    }

    private void scores(StringBuilder page) {
        page.append(
                "<div class=\"table\"><table><thead><tr><th>Mean squared error, power scaled to 0…1</th><th>measured</th>"
                        + "<th>persistence</th><th>seasonal naive</th><th>reported</th></tr></thead><tbody>\n");
        for (Row row : scores) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td%s>%.4f</td><td>%.4f</td><td>%.4f</td><td>%s</td></tr>%n",
                    Svg.escaped(row.model()),
                    row.mse() < Math.min(row.persistence(), row.seasonalNaive()) ? " class=\"best\"" : "",
                    row.mse(),
                    row.persistence(),
                    row.seasonalNaive(),
                    Double.isNaN(row.reported()) ? "–" : String.format(Locale.ROOT, "%.3f", row.reported())));
        }
        page.append(
                "</tbody></table></div>\n<p>On days that no model was given. Persistence says the last hour again,"
                        + " seasonal naive the same hour of the day before. What is reported was measured on other data.</p>\n");
    }

    private void intervals(StringBuilder page) {
        page.append(
                "<p>Residuals of rows that were held back from learning are tested for normality, hour by hour of the"
                        + " forecast. Where none of three tests rejects it at 5 %, the interval is Gaussian, else conformal.</p>\n");
        for (String model : intervals.stream().map(Interval::model).distinct().toList()) {
            List<Interval> own =
                    intervals.stream().filter(i -> i.model().equals(model)).toList();
            long gaussian =
                    own.stream().filter(i -> i.method().equals("gaussian")).count();
            page.append(
                    "<details open=\"open\"><summary>%s: %d of %d hours Gaussian</summary><div class=\"table\"><table><thead><tr>"
                            .formatted(Svg.escaped(model), gaussian, own.size()));
            page.append("<th>hour</th><th>Shapiro–Wilk p</th><th>Anderson–Darling p</th><th>D’Agostino–Pearson p</th>"
                    + "<th>interval</th><th>± kW</th></tr></thead><tbody>\n");
            for (Interval i : own) {
                page.append(String.format(
                        Locale.ROOT,
                        "<tr><td>+%d h</td><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%s</td><td>%.2f</td></tr>%n",
                        i.hour(),
                        i.shapiroWilk(),
                        i.andersonDarling(),
                        i.dAgostinoPearson(),
                        Svg.escaped(i.method()),
                        i.halfWidth()));
            }
            page.append("</tbody></table></div></details>\n");
        }
    }
}
