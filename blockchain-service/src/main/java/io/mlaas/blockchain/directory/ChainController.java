package io.mlaas.blockchain.directory;

import io.mlaas.api.blockchain.NewestBlock;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "chain")
class ChainController {
    private final Directory directory;
    private final Registry registry;

    ChainController(Directory directory, Registry registry) {
        this.directory = directory;
        this.registry = registry;
    }

    @Operation(summary = "Which chain, and where the asset directory and the anchor registry are on it")
    @GetMapping("/chain")
    @PreAuthorize("hasAnyRole('SERVICE', 'OPERATOR', 'ADMIN')")
    ChainStatus chain() {
        return directory.status(registry.address());
    }

    @Operation(summary = "The chain's newest block, as seen within the last half second")
    @GetMapping("/chain/newest-block")
    @PreAuthorize("hasRole('SERVICE')")
    NewestBlock newestBlock() {
        return directory.newestBlock();
    }
}
