"""Names, signatures, structs, events and errors of a contract."""

from __future__ import annotations

import eth_abi
import pytest
from eth_utils import keccak

from guardrails.chain import ChainError, Contract, Reverted, RevmChain
from guardrails.chain.abi import decode_values, encoder

STRUCTS = [
    {
        "type": "function",
        "name": "f",
        "stateMutability": "view",
        "inputs": [
            {"name": "who", "type": "address"},
            {
                "name": "parts",
                "type": "tuple[]",
                "components": [{"name": "x", "type": "uint256"}, {"name": "y", "type": "bytes32"}],
            },
        ],
        "outputs": [],
    }
]
WHO = "0x000000000000000000000000000000000000dEaD"


@pytest.fixture
def chain() -> RevmChain:
    return RevmChain()


def test_a_struct_is_a_mapping_or_a_sequence(chain) -> None:
    contract = Contract(chain, WHO, STRUCTS)
    by_name = contract.encode("f", WHO, [{"y": "0x" + "11" * 32, "x": 1}])
    assert by_name == contract.encode("f", WHO, [(1, b"\x11" * 32)])
    assert by_name[:4] == keccak(text="f(address,(uint256,bytes32)[])")[:4]
    assert by_name[4:] == encoder(["address", "(uint256,bytes32)[]"])((WHO, [(1, b"\x11" * 32)]))


def test_a_returned_struct_has_names_and_checksums(probe) -> None:
    context = probe.call("context", sender=probe.chain.accounts[3])
    assert context.sender == probe.chain.accounts[3]
    assert context.chainId == 31337
    assert context[3] == context.sender


def test_several_values_are_a_tuple_and_none_is_none(probe) -> None:
    assert probe.call("setTransientTwice", 4) == (0, 4)
    assert probe.call("emitIndexed", 1, bytes(32), b"") is None


def test_an_overloaded_function_goes_by_its_signature(probe) -> None:
    assert probe.encode("store(uint256)", 1)[:4] == keccak(text="store(uint256)")[:4]
    assert probe.encode("store(uint256,string)", 1, "a")[:4] == keccak(text="store(uint256,string)")[:4]
    with pytest.raises(ChainError, match="overloaded") as caught:
        probe.encode("store", 1)
    assert "store(uint256,string)" in caught.value.remedy


def test_an_unknown_function_names_the_known(probe) -> None:
    with pytest.raises(ChainError, match="no function mint") as caught:
        probe.encode("mint", 1)
    assert "failCustom(uint256)" in caught.value.remedy


@pytest.mark.parametrize("arguments", [(), (1, 2), (-1,), (2**256,), ("1",)])
def test_wrong_arguments_are_refused(probe, arguments) -> None:
    with pytest.raises(ChainError, match="failCustom"):
        probe.encode("failCustom", *arguments)


def test_an_address_is_checked(probe) -> None:
    with pytest.raises(ChainError, match="not an address"):
        probe.encode("attempt", "0x12", b"")


def test_what_is_no_such_return_says_so(chain) -> None:
    g = {"type": "function", "name": "g", "inputs": [], "outputs": [{"type": "uint256"}]}
    nobody = Contract(chain, WHO, [g])
    with pytest.raises(ChainError, match="is not \\(uint256\\)") as caught:
        nobody.call("g")
    assert "address" in caught.value.remedy


def test_lenient_decoding_elsewhere_does_not_reach_ours(chain) -> None:
    """eth_abi keeps one decoder a type, and whoever decodes last sets its strictness."""
    eth_abi.decode(["uint256"], bytes(32), strict=False)
    with pytest.raises(ChainError):
        decode_values([{"name": "", "type": "uint256"}], b"")


def test_errors_in_words(probe) -> None:
    bad = keccak(text="Bad(address,uint256)")[:4]
    assert probe.decode_error(bad + encoder(["address", "uint256"])((WHO, 5))) == f"Bad(who={WHO}, value=5)"
    assert probe.decode_error(b"") is None
    assert probe.decode_error(b"\x01\x02\x03\x04rest") == "0x01020304"
    assert probe.decode_error(bad + b"short") == "0x" + bad.hex()
    panic, text = bytes.fromhex("4e487b71"), bytes.fromhex("08c379a0")
    assert probe.decode_error(panic + bytes(31) + b"\x12") == "Panic(0x12): division by zero"
    assert probe.decode_error(text + b"\xff" * 64) == "0x08c379a0"


def test_a_refused_call_says_where_and_why(probe) -> None:
    with pytest.raises(Reverted) as caught:
        probe.call("failCustom", 3, sender=WHO)
    assert str(caught.value).startswith(f"{probe.address}.failCustom: reverted: Bad(who={WHO}, value=3)")


def test_a_refused_deployment_names_the_contract(chain, compiled) -> None:
    with pytest.raises(Reverted, match=r"Probe: reverted: Bad\(who="):
        Contract.deploy(chain, compiled["Probe"], 666, sender=chain.accounts[0])


def test_deploy_passes_arguments_and_money(chain, compiled) -> None:
    probe = Contract.deploy(chain, compiled["Probe"], 12, sender=chain.accounts[0], value=34)
    assert (probe.call("stored"), chain.balance(probe.address)) == (12, 34)


def test_events_of_other_contracts_are_not_ours(probe, compiled) -> None:
    chain = probe.chain
    other = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
    inner = other.encode("store(uint256)", 5)
    receipt = probe.send("attempt", other.address, inner, sender=chain.accounts[0])
    assert probe.decode_logs(receipt, "Plain") == [{"value": 8, "text": "ok"}]
    assert other.decode_logs(receipt, "Plain") == [{"value": 5, "text": "stored"}]
    assert probe.decode_logs(receipt, "Received") == []
    assert other.logs("Plain") == [{"value": 5, "text": "stored"}]


def test_an_unknown_event_names_the_known(probe) -> None:
    with pytest.raises(ChainError, match="no event Transfer") as caught:
        probe.decode_logs((), "Transfer")
    assert "Plain(uint256,string)" in caught.value.remedy
