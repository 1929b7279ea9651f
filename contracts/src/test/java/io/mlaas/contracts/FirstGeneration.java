package io.mlaas.contracts;

/** The contracts as they were first released: what older chains hold. Their registering calls are those of today. */
final class FirstGeneration {
    private FirstGeneration() {}

    static String deployDirectory() {
        return CompiledContract.ASSET_DIRECTORY_1.creationCode();
    }
}
