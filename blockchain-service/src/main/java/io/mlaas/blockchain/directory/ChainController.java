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

    ChainController(Directory directory) {
        this.directory = directory;
    }

    @Operation(summary = "Which chain, and where the asset directory is on it")
    @GetMapping("/chain")
    @PreAuthorize("hasAnyRole('SERVICE', 'OPERATOR', 'ADMIN')")
    ChainStatus chain() {
        return directory.status();
    }

    @Operation(summary = "The chain's newest block, as seen within the last half second")
    @GetMapping("/chain/newest-block")
    @PreAuthorize("hasRole('SERVICE')")
    NewestBlock newestBlock() {
        return directory.newestBlock();
    }
}
