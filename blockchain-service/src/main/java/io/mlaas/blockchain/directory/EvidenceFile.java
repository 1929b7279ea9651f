package io.mlaas.blockchain.directory;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What somebody needs to check assets on the chain without this service, as JSON: {@code rpc_url}, {@code chain_id},
 * {@code directory}. Nothing in it is secret.
 */
record EvidenceFile(Path path) {

    /** Replaces the file as a whole; a reader never sees half of it. */
    void write(URI rpcUrl, long chainId, String directory) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("rpc_url", rpcUrl.toString());
        content.put("chain_id", chainId);
        content.put("directory", directory);
        Path target = path.toAbsolutePath();
        Path next = target.resolveSibling(target.getFileName() + ".next");
        try {
            Files.createDirectories(target.resolveSibling("."));
            Files.writeString(next, JsonMapper.shared().writeValueAsString(content));
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ChainStartException(
                    "mlaas.blockchain.evidence-file: " + target + " cannot be written (" + e.getMessage() + ")",
                    "Name a file in a folder that this service may write to, or leave the property out.",
                    e);
        }
    }
}
