package io.mlaas.ppfl.client;

import picocli.CommandLine;

/** The version that the archive's manifest tells. */
final class Version implements CommandLine.IVersionProvider {
    static String software() {
        String version = Client.class.getPackage().getImplementationVersion();
        return "ppfl-client " + (version == null ? "(not packaged)" : version);
    }

    @Override
    public String[] getVersion() {
        return new String[] {software(), "Java " + Runtime.version()};
    }
}
