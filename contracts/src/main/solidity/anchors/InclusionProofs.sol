// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Inclusion proofs of RFC 6962's trees, verified as RFC 9162, 2.1.3.2, says
library InclusionProofs {
    /**
     * @notice Whether a path leads from a leaf to a root.
     * @param root The root.
     * @param size Number of the tree's leaves.
     * @param digest What the leaf holds.
     * @param index The leaf's place, from 0.
     * @param path The hashes from the leaf to the root.
     * @return True if it does.
     */
    function leadsTo(bytes32 root, uint64 size, bytes32 digest, uint64 index, bytes32[] calldata path)
        internal
        pure
        returns (bool)
    {
        if (index >= size) {
            return false;
        }
        uint64 place = index;
        uint64 last = size - 1;
        bytes32 node = sha256(abi.encodePacked(bytes1(0x00), digest));
        for (uint256 i = 0; i < path.length; i++) {
            if (last == 0) {
                return false;
            }
            if (place & 1 == 1 || place == last) {
                node = sha256(abi.encodePacked(bytes1(0x01), path[i], node));
                // A lonely right edge has no brother at these levels.
                while (place & 1 == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                node = sha256(abi.encodePacked(bytes1(0x01), node, path[i]));
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && node == root;
    }
}
