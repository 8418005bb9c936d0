"""An honest message, with the proof that a repaired Replica asks for.

Algorithm: `contracts-core/contracts/libs/Merkle.sol`, a sparse tree of depth 32 whose empty leaf is zero. The
drill's tree holds one leaf, at index 0. The updater signs as `NomadBase._isUpdaterSignature` wants it.
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from guardrails.chain import AnvilChain, Receipt
from guardrails.drill.upstream.nomad import NO_ROOT, OPTIMISTIC_SECONDS, NomadDeployment

DEPTH = 32


def empty_branch() -> list[bytes]:
    """The siblings of leaf 0 in a tree that holds nothing else."""
    branch = [bytes(32)]
    for _ in range(DEPTH - 1):
        branch.append(keccak(branch[-1] * 2))
    return branch


def root_of(leaf: bytes) -> bytes:
    """The root of the tree that holds `leaf` alone."""
    node = leaf
    for sibling in empty_branch():
        node = keccak(node + sibling)
    return node


def prove_and_process(nomad: NomadDeployment, chain: AnvilChain, message: bytes) -> Receipt:
    """The honest way: the updater attests a root, the optimistic half hour passes, the message is proven and
    delivered. The clock of the chain moves on.
    """
    replica = nomad.replica_contract
    root = root_of(keccak(message))
    digest = keccak(replica.call("homeDomainHash") + NO_ROOT + root)
    signature = bytes.fromhex(chain.request("eth_sign", nomad.owner, "0x" + digest.hex())[2:])
    replica.send("update", NO_ROOT, root, signature, sender=nomad.owner)
    chain.warp(chain.block().timestamp + OPTIMISTIC_SECONDS)
    return replica.send("proveAndProcess", message, empty_branch(), 0, sender=nomad.owner)
