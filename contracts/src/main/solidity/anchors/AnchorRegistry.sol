// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {InclusionProofs} from "./InclusionProofs.sol";

/**
 * @title Roots of batches of digests, and the keys that sign for organizations
 * @notice A batch is a Merkle tree as RFC 6962 has it, with SHA-256: one root on the chain stands for thousands of
 * digests, each of which has a short proof. The registrar adds batches and says whose key a fingerprint is; nobody
 * changes or removes either.
 */
contract AnchorRegistry {
    /// @notice The caller is not the registrar.
    /// @param caller The calling address.
    error NotRegistrar(address caller);

    /// @notice The caller is not the account the role was offered to.
    /// @param caller The calling address.
    error NotPendingRegistrar(address caller);

    /// @notice A root or a fingerprint is zero.
    error ZeroDigest();

    /// @notice A batch without leaves was declared.
    error EmptyBatch();

    /// @notice The root is anchored already.
    /// @param root The root.
    /// @param batch The batch whose root it is.
    error AlreadyAnchored(bytes32 root, uint64 batch);

    /// @notice There is no batch of this number.
    /// @param batch The number.
    error UnknownBatch(uint64 batch);

    /// @notice No key of this fingerprint was published.
    /// @param fingerprint The fingerprint.
    error UnknownKey(bytes32 fingerprint);

    /// @notice The key was published for another organization.
    /// @param fingerprint The fingerprint.
    /// @param organization UUID of the other organization; zero for the platform.
    error KeyOfAnotherOrganization(bytes32 fingerprint, bytes16 organization);

    /// @notice The key was revoked; it does not come back.
    /// @param fingerprint The fingerprint.
    error KeyIsRevoked(bytes32 fingerprint);

    /// @notice A batch and where it came onto the chain.
    struct Batch {
        uint64 number;
        uint64 size;
        uint64 blockNumber;
        uint64 time;
    }

    /// @notice A key and whose it is.
    struct Key {
        bytes16 organization;
        uint64 publishedAt;
        uint64 revokedAt;
    }

    /**
     * @notice The registrar's role was offered to another account, or the offer was withdrawn (zero).
     * @param current The registrar.
     * @param offeredTo The account that may accept the role.
     */
    event RegistrarOffered(address indexed current, address indexed offeredTo);

    /**
     * @notice The registrar's role passed on.
     * @param previous The former registrar, zero at deployment.
     * @param current The new registrar.
     */
    event RegistrarChanged(address indexed previous, address indexed current);

    /**
     * @notice A batch was anchored.
     * @param batch Its number, from 1.
     * @param root Root of its tree.
     * @param size Number of its leaves.
     */
    event Anchored(uint64 indexed batch, bytes32 indexed root, uint64 size);

    /**
     * @notice A key signs for an organization from now on.
     * @param organization UUID of the organization; zero for the platform.
     * @param fingerprint SHA-256 of the public key.
     */
    event KeyPublished(bytes16 indexed organization, bytes32 indexed fingerprint);

    /**
     * @notice A key signs for its organization no more.
     * @param organization UUID of the organization; zero for the platform.
     * @param fingerprint SHA-256 of the public key.
     */
    event KeyRevoked(bytes16 indexed organization, bytes32 indexed fingerprint);

    /// @notice The account that anchors batches and publishes keys.
    address public registrar;

    /// @notice The account the registrar's role is offered to; zero when there is no offer.
    address public pendingRegistrar;

    bytes32[] private _roots;
    mapping(bytes32 root => Batch) private _batches;
    mapping(bytes32 fingerprint => Key) private _keys;

    /// @dev Only the registrar passes.
    modifier onlyRegistrar() {
        if (msg.sender != registrar) {
            revert NotRegistrar(msg.sender);
        }
        _;
    }

    /// @notice The deploying account is the first registrar.
    constructor() {
        registrar = msg.sender;
        emit RegistrarChanged(address(0), msg.sender);
    }

    /**
     * @notice Offers the registrar's role to another account, which has to accept it.
     * @param account The account; zero withdraws an offer.
     */
    function offerRegistrar(address account) external onlyRegistrar {
        pendingRegistrar = account;
        emit RegistrarOffered(msg.sender, account);
    }

    /// @notice Accepts the registrar's role.
    function acceptRegistrar() external {
        if (msg.sender != pendingRegistrar) {
            revert NotPendingRegistrar(msg.sender);
        }
        address previous = registrar;
        registrar = msg.sender;
        pendingRegistrar = address(0);
        emit RegistrarChanged(previous, msg.sender);
    }

    /**
     * @notice Anchors a batch. Its root can be anchored once.
     * @param root Root of its tree.
     * @param size Number of its leaves.
     */
    function anchor(bytes32 root, uint64 size) external onlyRegistrar {
        if (root == bytes32(0)) {
            revert ZeroDigest();
        }
        if (size == 0) {
            revert EmptyBatch();
        }
        if (_batches[root].number != 0) {
            revert AlreadyAnchored(root, _batches[root].number);
        }
        _roots.push(root);
        uint64 number = uint64(_roots.length);
        _batches[root] = Batch(number, size, uint64(block.number), uint64(block.timestamp));
        emit Anchored(number, root, size);
    }

    /**
     * @notice Says that a key signs for an organization. Repeating is harmless; a revoked key does not come back.
     * @param organization UUID of the organization; zero for the platform.
     * @param fingerprint SHA-256 of the public key.
     */
    function publishKey(bytes16 organization, bytes32 fingerprint) external onlyRegistrar {
        if (fingerprint == bytes32(0)) {
            revert ZeroDigest();
        }
        Key storage key = _keys[fingerprint];
        if (key.publishedAt == 0) {
            key.organization = organization;
            key.publishedAt = uint64(block.timestamp);
            emit KeyPublished(organization, fingerprint);
            return;
        }
        requireOf(key, organization, fingerprint);
        if (key.revokedAt != 0) {
            revert KeyIsRevoked(fingerprint);
        }
    }

    /**
     * @notice Says that a key signs for its organization no more. Repeating is harmless.
     * @param organization UUID of the organization; zero for the platform.
     * @param fingerprint SHA-256 of the public key.
     */
    function revokeKey(bytes16 organization, bytes32 fingerprint) external onlyRegistrar {
        Key storage key = _keys[fingerprint];
        if (key.publishedAt == 0) {
            revert UnknownKey(fingerprint);
        }
        requireOf(key, organization, fingerprint);
        if (key.revokedAt == 0) {
            key.revokedAt = uint64(block.timestamp);
            emit KeyRevoked(organization, fingerprint);
        }
    }

    /**
     * @notice How many batches are anchored.
     * @return The number of the newest.
     */
    function batchCount() external view returns (uint64) {
        return uint64(_roots.length);
    }

    /**
     * @notice The batch of a number.
     * @param number The number, from 1.
     * @return root Root of its tree.
     * @return size Number of its leaves.
     * @return blockNumber The block it came with.
     * @return time When that block was made, in seconds since 1970.
     */
    function batches(uint64 number)
        external
        view
        returns (bytes32 root, uint64 size, uint64 blockNumber, uint64 time)
    {
        if (number == 0 || number > _roots.length) {
            revert UnknownBatch(number);
        }
        root = _roots[number - 1];
        Batch storage batch = _batches[root];
        return (root, batch.size, batch.blockNumber, batch.time);
    }

    /**
     * @notice The batch of a root; all zero when the root is not anchored.
     * @param root The root.
     * @return The batch.
     */
    function batchOf(bytes32 root) external view returns (Batch memory) {
        return _batches[root];
    }

    /**
     * @notice Whose key a fingerprint is; all zero when it was never published.
     * @param fingerprint SHA-256 of the public key.
     * @return The key.
     */
    function keyOf(bytes32 fingerprint) external view returns (Key memory) {
        return _keys[fingerprint];
    }

    /**
     * @notice Whether a digest is in an anchored batch.
     * @param root Root of the batch.
     * @param digest The digest.
     * @param index The digest's place in the batch, from 0.
     * @param path The hashes from the leaf to the root.
     * @return True if the root is anchored and the path leads there.
     */
    function verify(bytes32 root, bytes32 digest, uint64 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        uint64 size = _batches[root].size;
        return size != 0 && InclusionProofs.leadsTo(root, size, digest, index, path);
    }

    function requireOf(Key storage key, bytes16 organization, bytes32 fingerprint) private view {
        if (key.organization != organization) {
            revert KeyOfAnotherOrganization(fingerprint, key.organization);
        }
    }
}
