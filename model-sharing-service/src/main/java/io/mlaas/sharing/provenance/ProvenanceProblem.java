package io.mlaas.sharing.provenance;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about evidence. */
enum ProvenanceProblem implements Problem {
    NO_EVIDENCE(
            HttpStatus.NOT_FOUND,
            "There is no such evidence of this asset",
            Category.CALLER,
            "The detail says why; GET /model/{model_id}/proof?of=file proves the file of any model that has one."),
    EVIDENCE_NOT_READY(
            HttpStatus.CONFLICT,
            "The evidence is not ready yet",
            Category.CALLER,
            "Try again after the time in Retry-After."),
    EVIDENCE_REFUSED(
            HttpStatus.BAD_GATEWAY,
            "The evidence was refused by the service that signs and anchors",
            Category.PLATFORM,
            "An operator finds the cause in the service's log and has it tried again: POST /model/{model_id}/attest."),
    STATEMENT_WITHHELD(
            HttpStatus.FORBIDDEN,
            "The statement with all facts is for those who may read the model",
            Category.CALLER,
            "Ask for statement=commitments, and its owner to disclose single facts."),
    UNKNOWN_FACT(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The statement has no such fact",
            Category.CALLER,
            "GET /model/{model_id}/disclosures lists the names of the facts that there are."),
    TRAINING_RECORD_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The training record contradicts what the registry or the chain knows",
            Category.CALLER,
            "The detail names the member and what was expected; a record is of the run whose result was registered."),
    TRAINING_RECORD_CONFLICT(
            HttpStatus.CONFLICT,
            "The model has another training record",
            Category.CALLER,
            "A record is taken once and never replaced."),
    VERDICT_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The verdict contradicts what the registry knows",
            Category.CALLER,
            "The detail names the member and what was expected."),
    VERDICT_CONFLICT(
            HttpStatus.CONFLICT,
            "The reproduction has another verdict",
            Category.CALLER,
            "A verdict is taken once and never replaced; run the reproduction again under a new id.");

    private final Facts facts;

    ProvenanceProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
