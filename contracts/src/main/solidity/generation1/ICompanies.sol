// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/**
 * @title Companies known to a directory
 * @notice The one question an asset's contract asks its directory: on whose behalf does an address act now?
 */
interface ICompanies {
    /**
     * @notice The organization an address acts for.
     * @param company The address of a company.
     * @return The organization's UUID, or zero when the address is not (or no longer) authorised.
     */
    function organizationOf(address company) external view returns (bytes16);
}
