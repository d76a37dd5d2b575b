#!/usr/bin/env python3
"""Checks proof files of the audit log: check_audit_proof.py --key NAME+ID+BASE64 PROOF.json...

Written from docs/audit.md with the standard library only; it shares nothing with the Rust code. For each file it
prints `ok` with the record and what is open of it, or `refused` with the reason. Exit status: 0 all hold, 1 one
does not, 2 it was called wrongly.
"""
import base64
import datetime
import hashlib
import json
import sys


class Refused(Exception):
    """Why a proof proves nothing."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Ed25519 of RFC 8032, section 5.1, as plainly as it can be written.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def point_of(text):
    """The point that 32 bytes stand for; None where they stand for none."""
    number = int.from_bytes(text, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    key, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(h, key))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


def decoded(text):
    """Base64 in its one form."""
    try:
        bytes_ = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(f"`{text}` is no base64") from None
    if base64.b64encode(bytes_).decode() != text:
        raise Refused(f"`{text}` is not the base64 of its bytes")
    return bytes_


def from_hex(text, length):
    if len(text) != 2 * length or set(text) - set("0123456789abcdef"):
        raise Refused(f"`{text}` is not {length} bytes of lower-case hex")
    return bytes.fromhex(text)


def checkpoint(note, vkey):
    """Size and root that the log with this key signed."""
    name, key_id, key = vkey.split("+", 2)
    key = decoded(key)
    if len(key) != 33 or key[0] != 1 or sha256(name.encode(), b"\n", key)[:4].hex() != key_id:
        raise Refused("the key is not NAME+ID+BASE64 of an Ed25519 key")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    if not signatures.endswith("\n"):
        raise Refused("the checkpoint ends within a line")
    found = False
    for line in signatures[:-1].split("\n"):
        dash, signer, signature = (line.split(" ") + ["", "", ""])[:3]
        if dash != "—" or line.count(" ") != 2:
            raise Refused(f"`{line}` is no signature line")
        signature = decoded(signature)
        if signer == name and signature[:4].hex() == key_id:
            found = True
            if not signed(key[1:], text.encode(), signature[4:]):
                raise Refused("the signature of the checkpoint is wrong")
    if not found:
        raise Refused("the checkpoint is not signed with this key")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or "" in lines or lines[0] != name or str(int(lines[1])) != lines[1]:
        raise Refused("the checkpoint is not this log's, or not of three lines")
    return int(lines[1]), decoded(lines[2])


def leaf_of(record):
    """The 256 bytes of a record."""
    kind = record["kind"].encode("ascii")
    commitments = record["commitments"]
    return b"".join([
        b"equipoise audit\x01",
        record["sequence"].to_bytes(8, "big"),
        record["time_micros"].to_bytes(8, "big", signed=True),
        kind.ljust(32, b"\0"),
        from_hex(record["key_id"], 16),
        from_hex(record["subject_tag"], 16),
        *(from_hex(commitments[field], 32) for field in FIELDS),
        from_hex(record["sealed_sha256"], 32),
    ])


FIELDS = ["household", "subject", "actor", "original"]


def root_of(index, size, leaf, path):
    """The root that leaf and path lead to. RFC 9162, section 2.1.3.2."""
    if index >= size:
        raise Refused(f"there is no record {index} in a log of {size}")
    node, last, value = index, size - 1, sha256(b"\0", leaf)
    for beside in path:
        if last == 0:
            raise Refused("the path is too long")
        if node & 1 or node == last:
            value = sha256(b"\1", beside, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\1", value, beside)
        node, last = node >> 1, last >> 1
    if last:
        raise Refused("the path is too short")
    return value


def only(what, given, names, may_lack=()):
    if set(given) - set(names) or set(names) - set(may_lack) - set(given):
        raise Refused(f"{what} has other fields than it should")


def checked(text, vkey):
    """The record and its open fields, if the proof holds."""
    proof = json.loads(text)
    only("the proof", proof, ["format", "time", "record", "leaf", "opened", "inclusion", "checkpoint"])
    if proof["format"] != "equipoise.audit.proof/1":
        raise Refused("another format")
    record = proof["record"]
    only("the record", record,
         ["sequence", "time_micros", "kind", "key_id", "subject_tag", "commitments", "sealed_sha256"])
    only("the record", record["commitments"], FIELDS)
    leaf = leaf_of(record)
    if leaf.hex() != proof["leaf"]:
        raise Refused("the leaf is not the record")
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=record["time_micros"])
    if time.isoformat(timespec="microseconds") + "Z" != proof["time"]:
        raise Refused("the time is not that of the record")
    only("what is open", proof["opened"], FIELDS, FIELDS)
    opened = {}
    for field, opening in proof["opened"].items():
        only(field, opening, ["salt", "text", "base64"], ["text", "base64"])
        if ("text" in opening) == ("base64" in opening):
            raise Refused(f"the {field} stands there twice, or not at all")
        value = opening["text"].encode() if "text" in opening else decoded(opening["base64"])
        if sha256(from_hex(opening["salt"], 32), value).hex() != record["commitments"][field]:
            raise Refused(f"the {field} is not the one that was recorded")
        opened[field] = value
    size, root = checkpoint(proof["checkpoint"], vkey)
    if root_of(record["sequence"], size, leaf, [from_hex(hash_, 32) for hash_ in proof["inclusion"]]) != root:
        raise Refused("the path does not lead to the root")
    return record, proof["time"], opened, size


def main(arguments):
    if len(arguments) < 3 or arguments[0] != "--key":
        print(__doc__, file=sys.stderr)
        return 2
    vkey, all_hold = arguments[1], True
    for path in arguments[2:]:
        try:
            with open(path, encoding="utf-8", newline="") as file:
                record, time, opened, size = checked(file.read(), vkey)
            print(f"ok: record {record['sequence']} of {size}, {record['kind']}, {time}")
            for field, value in opened.items():
                print(f"  {field}: {value.decode(errors='backslashreplace')}")
        except (Refused, OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as reason:
            all_hold = False
            print(f"refused: {path}: {reason}")
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
