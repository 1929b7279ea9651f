package io.mlaas.blockchain.contract;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** Why a contract cannot be made, read or told a result. */
enum ContractProblem implements Problem {
    CONTRACT_NOT_FOUND(
            HttpStatus.NOT_FOUND,
            "There is no contract of this platform at this address",
            "Use the address that the registration answered."),
    CONTRACT_EXISTS(
            HttpStatus.CONFLICT,
            "This asset has a contract with other contents",
            "What is on the chain stays: register the changed file as a new asset."),
    ALREADY_VERIFIED(
            HttpStatus.CONFLICT,
            "This model has its result already",
            "A result is recorded once: register a new model for a new result."),
    NOT_A_MODEL(HttpStatus.UNPROCESSABLE_CONTENT, "Only models have results", "Use the address of a model's contract."),
    REFERENCE_NOT_ON_CHAIN(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "An asset that this one refers to has no contract",
            "Register the dataset, or the source model, first."),
    CONTRACT_REFUSES(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The contract refuses this",
            "Correct what the detail names and send it again.");

    private final Facts facts;

    ContractProblem(HttpStatus status, String title, String remedy) {
        facts = new Facts(status, title, Category.CALLER, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
