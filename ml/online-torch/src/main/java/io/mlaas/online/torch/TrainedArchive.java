package io.mlaas.online.torch;

/** What can be written as a TorchScript archive. */
public interface TrainedArchive {
    /**
     * The archive with the weights of now: the code, the constants and the card of the one that learning began with. Plain
     * PyTorch loads it, and so does every other part of the platform. Equal weights give equal bytes.
     */
    byte[] archive();
}
