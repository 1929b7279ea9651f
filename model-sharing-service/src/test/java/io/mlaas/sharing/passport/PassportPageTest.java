package io.mlaas.sharing.passport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The page as it is sent, and as a browser shows it; with {@code -Dmlaas.screenshots} its pictures are kept in docs. */
class PassportPageTest {
    private static final String NAME = "digits <script>document.title='x'</script><img src=x onerror=alert(1)>";
    private static final Path DOCS = Path.of(System.getProperty("mlaas.home", ".."), "docs");

    private final PassportPage pages = new PassportPage();
    private final String page = pages.of(SamplePassport.of(NAME, "Reads \"digits\" & 'more' <b>"));

    @TempDir
    Path folder;

    @Test
    void needsNothingFromElsewhereAndRunsNothing() {
        assertThat(page)
                .startsWith("<!doctype html>\n<html lang=\"en\">")
                .doesNotContain(
                        "<script",
                        "<img",
                        "<link",
                        "<iframe",
                        "<object",
                        "<form",
                        "@import",
                        "url(",
                        "src=x onerror=alert(1)>");
        assertThat(references(page))
                .isNotEmpty()
                .allMatch(reference -> reference.matches(
                        "[a-z]+(\\.svg|\\?statement=commitments|/[0-9a-f-]{36})?|/model/[0-9a-f-]{36}/passport"));
        assertThat(pages.contentSecurityPolicy())
                .startsWith("default-src 'none'; style-src 'sha256-")
                .contains("form-action 'none'", "frame-ancestors 'none'", "sandbox")
                .doesNotContain("unsafe", "script", "http", "*");
    }

    @Test
    void tellsWhatIsDisclosedAndThatTheRestIsNot() {
        String text = page.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
        assertThat(text)
                .contains("digits &lt;script&gt;document.title=&#39;x&#39;&lt;/script&gt;")
                .contains("Reads &quot;digits&quot; &amp; &#39;more&#39; &lt;b&gt;")
                .contains("dataset not disclosed commitment oQ7Zc2b1mS0tyyy")
                .contains("dataset, sha256 " + "d".repeat(64))
                .contains("parameters, epochs 10 parameters not disclosed")
                .contains("metrics, accuracy 0.97")
                .contains("re-proved: reproduced 1 of 1")
                .contains("Not looked at: network access of the program")
                .contains("batch 7, block 1042, transaction 0x" + "f".repeat(64))
                .contains("Chain 31337, registry of anchors 0x5FbDB2315678afecb367f032d93F642f64180aa3")
                .contains("model_signing verify key model --signature model.sig --public_key owner.pem")
                .contains("openssl dgst -sha256 -verify platform.pem")
                .contains("mlaas verify model.pt --proof proof.json --signature model.sig --provenance statement.json")
                .contains("&quot;method&quot;:&quot;eth_call&quot;")
                .contains("docs/outsider/check.sh " + SamplePassport.ADDRESS + "/passport model.pt --rpc RPC");
    }

    @Test
    void foldsWhatWouldFillPagesAndTellLittle() {
        List<Passport.Fact> facts = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> new Passport.Fact("metrics", null, false, "c" + i + "c".repeat(40)))
                .toList());
        String rows =
                IntStream.range(0, 400).mapToObj(Integer::toString).toList().toString();
        facts.add(new Passport.Fact("metrics.held_out_rows", JsonMapper.shared().readTree(rows), true, "d".repeat(43)));
        Passport sample = SamplePassport.of("x", "y");
        String folded = pages.of(new Passport(
                sample.format(),
                sample.model(),
                sample.publication(),
                facts,
                sample.evidence(),
                sample.keys(),
                sample.reproductions(),
                sample.lineage(),
                sample.checks()));

        assertThat(folded)
                .contains(
                        "<details><summary>40 facts, not disclosed: their commitments</summary>",
                        "<li class=\"digest\">c39c")
                .contains("<dt>metrics, held out rows</dt><dd><details><summary>[0,1,2,", "399]</p></details>")
                .doesNotContain("<dt>metrics</dt>");
    }

    @Test
    void hasOneTitleAndHeadingsInOrder() {
        List<String> headings = matches(page, "<h([1-6])[ >]");
        assertThat(headings).startsWith("1", "2").containsOnlyOnce("1").doesNotContain("4", "5", "6");
        assertThat(page).contains("<title>Passport of digits &lt;script&gt;", "name=\"viewport\"", "<main>", "</main>");
        assertThat(matches(page, "<th( scope=\"(?:col|row)\")?>")).isNotEmpty().doesNotContainNull();
    }

    /** WCAG 2.2, 1.4.3: 4.5 to 1 for text, in both schemes. */
    @Test
    void canBeReadInLightAndInDark() {
        List<String> schemes = matches(page, ":root \\{([^}]*)}");
        assertThat(schemes).hasSize(2);
        for (String scheme : schemes) {
            for (String ink : List.of("ink", "soft", "good", "bad", "note", "link")) {
                for (String paper : List.of("paper", "shade")) {
                    assertThat(contrast(colour(scheme, ink), colour(scheme, paper)))
                            .as("%s on %s of %s", ink, paper, scheme)
                            .isGreaterThanOrEqualTo(4.5);
                }
            }
        }
    }

    @Test
    void aCommandCannotBeMadeToDoAnythingElse() {
        List<Passport.Check> checks = Checks.of(
                "https://evil$(id)/model/" + SamplePassport.MODEL,
                "a; rm -rf ~",
                SamplePassport.of("x", "y").evidence(),
                SamplePassport.of("x", "y").keys());
        assertThat(checks).isNotEmpty();
        assertThat(checks)
                .noneMatch(check ->
                        check.command().contains("rm -rf") || check.command().contains("$(id)"));
        assertThat(Checks.of(SamplePassport.ADDRESS, "-rf", List.of(), List.of())
                        .get(1)
                        .command())
                .isEqualTo("sha256sum FILE");
    }

    @Test
    void aBrowserShowsItOnADeskAPhoneAndPaper() throws Exception {
        String plain = pages.of(SamplePassport.of("digits", "Reads handwritten digits."));
        Path file = Files.writeString(folder.resolve("passport.html"), withPolicy(page));
        Path pretty = Files.writeString(folder.resolve("pretty.html"), withPolicy(plain));

        String dom = browse(file, "dom.html", "--dump-dom");
        assertThat(dom).contains("<title>Passport of digits &lt;script&gt;").doesNotContain("<title>x</title>", "<img");

        Path desk = shot(pretty, "desk.png", 1100, 1900);
        Path phone = shot(pretty, "phone.png", 400, 1400);
        assertThat(inks(desk)).as("the style is applied").isGreaterThan(20);
        assertThat(inks(phone)).isGreaterThan(20);
        assertThat(margin(phone, 400)).as("nothing is wider than the phone").isGreaterThanOrEqualTo(8);
        if (System.getProperty("mlaas.screenshots") != null) {
            Files.write(DOCS.resolve("passport.png"), Files.readAllBytes(desk));
            Files.write(DOCS.resolve("passport-phone.png"), Files.readAllBytes(phone));
        }
        browse(pretty, "log.txt", "--no-pdf-header-footer", "--print-to-pdf=" + folder.resolve("passport.pdf"));
        String pdf = Files.readString(folder.resolve("passport.pdf"), StandardCharsets.ISO_8859_1);
        assertThat(matches(pdf, "/Type\\s*/(Page)\\b")).hasSizeBetween(1, 2);
    }

    /** As the header says it. */
    private String withPolicy(String html) {
        String policy =
                pages.contentSecurityPolicy().replaceAll("; (frame-ancestors 'none'|sandbox allow-downloads)", "");
        return html.replace(
                "<meta charset=\"utf-8\">",
                "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">");
    }

    private Path shot(Path html, String name, int width, int height) throws Exception {
        Path picture = folder.resolve(name);
        browse(
                html,
                "log.txt",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=" + width + "," + height,
                "--screenshot=" + picture);
        return picture;
    }

    private String browse(Path html, String output, String... arguments) throws Exception {
        Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(at -> Path.of(at, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(chromium.isPresent(), "no Chromium on the PATH");
        List<String> command = new ArrayList<>(List.of(
                chromium.orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(arguments));
        command.add(html.toUri().toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(output).toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(folder.resolve(output));
    }

    private static int inks(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        return (int) IntStream.range(0, image.getHeight())
                .flatMap(y -> IntStream.range(0, image.getWidth()).map(x -> image.getRGB(x, y)))
                .distinct()
                .count();
    }

    /** How many columns at the right are empty, of a page that is asked to be this wide. */
    private static int margin(Path picture, int width) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getWidth()).isEqualTo(width);
        int paper = image.getRGB(1, 1);
        for (int x = width - 1; x >= 0; x--) {
            for (int y = 0; y < image.getHeight(); y++) {
                if (image.getRGB(x, y) != paper) {
                    return width - 1 - x;
                }
            }
        }
        return width;
    }

    private static List<String> references(String html) {
        return matches(html, "(?:href|src|action|srcset|poster|data)=\"([^\"]*)\"");
    }

    private static List<String> matches(String text, String pattern) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static int colour(String scheme, String name) {
        String hex = matches(scheme, "--" + name + ": #([0-9a-f]{3,6});").getFirst();
        String full = hex.length() == 3 ? hex.replaceAll("(.)", "$1$1") : hex;
        return Integer.parseInt(full, 16);
    }

    private static double contrast(int one, int other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(int colour) {
        return 0.2126 * linear(colour >> 16 & 255) + 0.7152 * linear(colour >> 8 & 255) + 0.0722 * linear(colour & 255);
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
