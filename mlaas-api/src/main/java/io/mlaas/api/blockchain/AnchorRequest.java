package io.mlaas.api.blockchain;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

/** Asks for the anchoring of digests. One that its organization gave before is left out. */
public record AnchorRequest(
        @NotEmpty @Size(max = AnchorRequest.MOST) List<@NotNull @Valid Item> items) {

    /** How many digests a request may have. */
    public static final int MOST = 10_000;

    public AnchorRequest {
        items = items == null ? List.of() : List.copyOf(items);
    }

    /**
     * A digest and whose it is.
     *
     * @param assetId the dataset or model that it belongs to
     * @param digest SHA-256 of the kind's bytes, 64 lower-case hexadecimal digits
     */
    public record Item(
            @NotNull UUID organizationId,
            @NotNull AnchorKind kind,
            @NotNull UUID assetId,

            @NotNull @Pattern(regexp = ContractRequest.SHA256)
            String digest) {}
}
