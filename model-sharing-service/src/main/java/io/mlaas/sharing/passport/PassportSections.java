package io.mlaas.sharing.passport;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.sharing.passport.Passport.Document;
import io.mlaas.sharing.passport.Passport.Fact;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a passport's page says, section by section. */
final class PassportSections {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Headings by the groups of facts that are under them, in order. */
    private static final List<Map.Entry<String, Set<String>>> HEADINGS = List.of(
            Map.entry("What it was trained on", Set.of("dataset", "datasets")),
            Map.entry("What it was trained by", Set.of("image", "definition", "runner", "run")),
            Map.entry("Made of", Set.of("source_model", "certificate")),
            Map.entry("Parameters and seeds", Set.of("parameters", "seeds", "threads")),
            Map.entry("What the training measured", Set.of("metrics")),
            Map.entry("Where it ran", Set.of("platform", "environment", "libraries", "observed")));

    private static final Map<String, String> KINDS = Map.of(
            "file", "The model's file",
            "signature", "The owner's signature",
            "statement", "Statement with all facts",
            "commitments", "Statement of commitments",
            "certificate", "Certificate of the translation",
            "verdict", "Verdict of a reproduction");

    private static final Map<String, String> ORIGINS = Map.of(
            "TRAINED", "Trained on the platform, which witnessed it",
            "IMPORTED", "Trained elsewhere and imported: its training was not witnessed",
            "TRANSLATED", "Translated from another model",
            "LEARNED", "Snapshot of a learner that goes on learning");

    /** Characters of a value above which only its beginning is seen at first. */
    private static final int LONG = 300;

    private static final int SHORT = 60;

    private final Passport passport;
    private final Html html = new Html();

    PassportSections(Passport passport) {
        this.passport = passport;
        head();
        html.markup("<main>");
        model();
        HEADINGS.forEach(heading -> facts(heading.getKey(), heading.getValue()));
        rest();
        reproductions();
        lineage();
        evidence();
        keys();
        checks();
        html.markup("</main>");
        foot();
    }

    @Override
    public String toString() {
        return html.toString();
    }

    private void head() {
        Badge badge = Badge.of(passport.reproductions());
        html.markup("<header>").element("p class=\"kind\"", "Model passport");
        html.element("h1", passport.model().title());
        if (passport.model().description() != null) {
            html.element("p", passport.model().description());
        }
        html.markup("<p>").element("span class=\"badge " + toneOf(badge) + "\"", "re-proved: " + badge.message());
        Passport.Publication publication = passport.publication();
        if (publication != null) {
            html.markup(" ")
                    .element(
                            "span class=\"badge\"",
                            publication.published() ? "published" : "not published: only you see this");
        }
        html.markup("</p></header>");
    }

    private static String toneOf(Badge badge) {
        if (badge.message().startsWith("reproduced")) {
            return "good";
        }
        return badge.message().startsWith("not reproduced") ? "bad" : "soft";
    }

    private void model() {
        Passport.Model model = passport.model();
        section("What it is");
        html.markup("<dl>");
        row("Id", model.id());
        row("Owner", model.organizationId());
        row("Origin", ORIGINS.getOrDefault(model.origin(), model.origin()));
        row("State", model.state().toLowerCase(Locale.ROOT));
        model.tags().forEach((name, value) -> row(words(name), value));
        row("Format", model.fileFormat());
        row("File", model.fileName());
        row("Size", model.sizeBytes() == null ? null : String.format(Locale.ENGLISH, "%,d bytes", model.sizeBytes()));
        digest("SHA-256", model.sha256());
        row("Registered", time(model.createdAt()));
        row("Complete", time(model.completedAt()));
        digest("Contract on the chain", model.contractAddress());
        html.markup("</dl></section>");
    }

    private void facts(String heading, Set<String> groups) {
        section(
                heading,
                passport.facts().stream()
                        .filter(fact -> groups.contains(fact.group()))
                        .toList());
    }

    private void rest() {
        section(
                "The run",
                passport.facts().stream()
                        .filter(fact -> HEADINGS.stream()
                                .noneMatch(heading -> heading.getValue().contains(fact.group())))
                        .toList());
    }

    private void section(String heading, List<Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        List<Fact> folded =
                facts.stream().filter(fact -> isOneOfMany(fact, facts)).toList();
        section(heading);
        html.markup("<dl class=\"many\">");
        facts.stream().filter(fact -> !folded.contains(fact)).forEach(this::fact);
        html.markup("</dl>");
        if (!folded.isEmpty()) {
            html.markup("<details>").element("summary", folded.size() + " facts, not disclosed: their commitments");
            html.markup("<ul>");
            folded.forEach(fact -> html.element("li class=\"digest\"", fact.commitment()));
            html.markup("</ul></details>");
        }
        html.markup("</section>");
    }

    /** Of facts whose very names are not told, a list says no more than their number. */
    private static boolean isOneOfMany(Fact fact, List<Fact> facts) {
        return !fact.disclosed()
                && fact.commitment() != null
                && facts.stream()
                                .filter(other ->
                                        !other.disclosed() && other.name().equals(fact.name()))
                                .count()
                        > 1;
    }

    private void fact(Fact fact) {
        html.element("dt", words(fact.name())).markup("<dd>");
        if (!fact.disclosed()) {
            html.element("span class=\"hidden\"", "not disclosed");
            if (fact.commitment() != null) {
                html.markup(" <span class=\"soft\">commitment ")
                        .element("span class=\"digest\"", fact.commitment())
                        .markup("</span>");
            }
        } else if (String.valueOf(fact.text()).length() > LONG) {
            html.markup("<details>")
                    .element("summary", String.valueOf(fact.text()).substring(0, SHORT) + " …");
            html.element("p", fact.text()).markup("</details>");
        } else {
            html.element(isDigest(fact.text()) ? "span class=\"digest\"" : "span", fact.text());
        }
        html.markup("</dd>");
    }

    private void reproductions() {
        Passport.Reproductions reproductions = passport.reproductions();
        section("Re-proved");
        if (reproductions.verdicts().isEmpty()) {
            html.element("p", "Nobody has trained the model again yet to see whether the same comes out.");
        }
        for (Passport.Verdict verdict : reproductions.verdicts()) {
            html.markup("<div class=\"verdict\">").markup("<p>");
            html.element(
                    "strong class=\"" + toneOf(verdict.outcome()) + "\"",
                    words(verdict.outcome().name()));
            html.text(", " + time(verdict.finishedAt())).markup("</p>").element("p", verdict.summary());
            for (ReproductionVerdict.Cause cause : verdict.causes()) {
                html.element("p class=\"soft\"", words(cause.kind().name()) + ": " + cause.detail());
            }
            for (String limit : verdict.limits()) {
                html.element("p class=\"soft\"", "Not looked at: " + limit);
            }
            html.markup("</div>");
        }
        html.markup("</section>");
    }

    private static String toneOf(ReproductionVerdict.Outcome outcome) {
        return switch (outcome) {
            case REPRODUCED, REPRODUCED_WITHIN_TOLERANCE -> "good";
            case NOT_REPRODUCED, UNDECLARED_INPUT -> "bad";
            case FAILED -> "note";
        };
    }

    private void lineage() {
        Passport.Lineage lineage = passport.lineage();
        if (lineage.sourceModel() == null && lineage.translations().isEmpty()) {
            return;
        }
        section("Lineage");
        if (lineage.sourceModel() != null) {
            html.markup("<p>Made of model ")
                    .markup("<a href=\"/model/" + lineage.sourceModel() + "/passport\">")
                    .text(lineage.sourceModel())
                    .markup("</a></p>");
        }
        for (Passport.Translation translation : lineage.translations()) {
            html.markup("<p>Translated to ")
                    .text(translation.fileFormat() == null ? "another format" : translation.fileFormat())
                    .markup(": <a href=\"/model/" + translation.modelId() + "/passport\">")
                    .text(translation.modelId())
                    .markup("</a>");
            if (translation.certificateSha256() != null) {
                html.markup("; SHA-256 of its certificate ")
                        .element("span class=\"digest\"", translation.certificateSha256());
            }
            html.markup("</p>");
        }
        html.markup("</section>");
    }

    private void evidence() {
        section("Signatures and proofs");
        if (passport.evidence().isEmpty()) {
            html.element("p", "There is no evidence yet.").markup("</section>");
            return;
        }
        html.markup("<table><thead><tr><th scope=\"col\">Document</th><th scope=\"col\">SHA-256</th>"
                + "<th scope=\"col\">Signed with key</th><th scope=\"col\">Anchored</th></tr></thead><tbody>");
        passport.evidence().forEach(this::document);
        html.markup("</tbody></table>");
        JsonNode proof = passport.evidence().stream()
                .map(Document::proof)
                .filter(known -> known != null)
                .findFirst()
                .orElse(null);
        if (proof != null) {
            html.markup("<p class=\"soft\">Chain ")
                    .text(proof.path("chain_id").asString(""))
                    .text(", registry of anchors ")
                    .element("span class=\"digest\"", proof.path("registry").asString(""))
                    .markup("</p>");
        }
        html.markup("</section>");
    }

    private void document(Document document) {
        String name = KINDS.getOrDefault(document.kind(), document.kind());
        html.markup("<tr><th scope=\"row\">");
        if (document.path() == null) {
            html.text(name);
        } else {
            html.markup("<a href=\"" + Html.escaped(document.path()) + "\">")
                    .text(name)
                    .markup("</a>");
        }
        html.markup("</th><td data-head=\"SHA-256\" class=\"digest\">")
                .text(document.digest() == null ? "–" : document.digest())
                .markup("</td><td data-head=\"Signed with key\" class=\"digest\">")
                .text(
                        document.keyId() == null
                                ? "–"
                                : document.keyId()
                                                .substring(
                                                        0,
                                                        Math.min(
                                                                16,
                                                                document.keyId().length())) + "…")
                .markup("</td><td data-head=\"Anchored\">");
        JsonNode proof = document.proof();
        if (proof == null) {
            html.text(document.reason() == null ? words(document.state()) : document.reason());
        } else {
            html.text("batch %s, block %s, transaction "
                            .formatted(
                                    proof.path("batch").asString(""),
                                    proof.path("block").asString("")))
                    .element("span class=\"digest\"", proof.path("transaction").asString(""));
        }
        html.markup("</td></tr>");
    }

    private void keys() {
        if (passport.keys().isEmpty()) {
            return;
        }
        section("Keys");
        html.element(
                "p class=\"soft\"", "ECDSA on P-256 with SHA-256; whose each is, the registry on the chain says too.");
        html.markup("<dl>");
        for (Passport.Key key : passport.keys()) {
            digest(key.organizationId() == null ? "The platform's" : "The owner's", key.keyId());
        }
        html.markup("</dl></section>");
    }

    private void checks() {
        section("Check it yourself");
        html.element(
                "p class=\"soft\"",
                "None of this asks the platform for its word. RPC stands for a node of the chain that you trust, REGISTRY for the address of its registry of anchors.");
        for (Passport.Check check : passport.checks()) {
            html.element("h3", check.what())
                    .markup("<pre><code>")
                    .text(check.command())
                    .markup("</code></pre>");
        }
        html.markup("</section>");
    }

    private void foot() {
        html.markup(
                        "<footer><p>The same as <a href=\"card\">model card</a>, <a href=\"bom\">bill of materials</a> and "
                                + "<a href=\"badge.svg\">badge</a>; as JSON at this address with <code>Accept: application/json</code>.</p>")
                .element(
                        "p",
                        "What is not disclosed was committed to when the model was made: its owner can disclose"
                                + " it later, and everybody can check then that it was not changed.")
                .markup("</footer>");
    }

    private void section(String heading) {
        html.markup("<section>").element("h2", heading);
    }

    private void row(String name, @Nullable Object value) {
        if (value != null) {
            html.element("dt", name).element("dd", value);
        }
    }

    private void digest(String name, @Nullable String value) {
        if (value != null) {
            html.element("dt", name).element("dd class=\"digest\"", value);
        }
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : TIME.format(at);
    }

    private static boolean isDigest(String text) {
        return text.matches("(0x)?[0-9a-fA-F]{32,}");
    }

    /** A name as people read it. */
    private static String words(String name) {
        String words = name.replace('_', ' ').replace(".", ", ");
        return words.equals(words.toUpperCase(Locale.ROOT)) ? words.toLowerCase(Locale.ROOT) : words;
    }
}
