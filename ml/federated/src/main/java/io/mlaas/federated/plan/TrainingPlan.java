package io.mlaas.federated.plan;

/**
 * How a client trains.
 *
 * @param localEpochs over a client's samples in a round
 * @param proximalMu weight of FedProx's proximal term; 0: none
 * @param studentEpochs of engine fedpate
 * @param teacherEpochs of engine fedpate, in each round
 * @param centralComparison whether the same network is also trained on all clients' samples in one place
 */
public record TrainingPlan(
        int localEpochs,
        int batch,
        double learningRate,
        Optimizer optimizer,
        double proximalMu,
        int studentEpochs,
        int teacherEpochs,
        boolean centralComparison) {

    public enum Optimizer {
        SGD,
        ADAM,
        ADAMW,
        RMSPROP
    }
}
