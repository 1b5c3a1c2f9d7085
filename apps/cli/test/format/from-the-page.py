#!/usr/bin/env python3
# Restores a set from what docs/store-format.md says. Written from that page alone, before any source of adcs-backup was read;
# changed since where the page was changed: which signatures a set is held to, and roles that the page doesn't know.
# usage: from-the-page.py <sink folder> <ca> <label> <target> [--identity FILE] [--public-key KEY]
# Needs the commands zstd, age (for encrypted sets) and minisign (with a public key). One process of each per object.
# Exit code: 0 restored; 3 restored as far as logs go; 1 refused, with the name of the object at fault.
import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MIB = 1048576
BLOCK = 65536
SALT = 32
NO_PACK = 0xFFFFFFFF
LABEL = re.compile(r"(\d{8}T\d{6}Z)-(full|logs-only)")
LOG_NAME = re.compile(r"edb([0-9a-f]{5}|[0-9a-f]{8})\.log", re.IGNORECASE)
KEY_PART = re.compile(r"[A-Za-z0-9._-]{1,100}")
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
UNTRUSTED = b"untrusted comment: signature by adcs-backup, over the object that the trusted comment names"


class Refused(Exception):
    pass


def demand(condition, name, what):
    if not condition:
        raise Refused(f"{name}: {what}")


def sha256(data):
    return hashlib.sha256(data).digest()


# Keys and objects

def is_key(key):
    parts = key.split("/")
    return len(key) <= 400 and all(
        KEY_PART.fullmatch(part) and not part.endswith(".") and not DEVICE.fullmatch(part) for part in parts)


class Sink:
    def __init__(self, folder):
        self.folder = folder

    def path(self, key):
        return os.path.join(self.folder, *key.split("/"))

    def has(self, key):
        return os.path.isfile(self.path(key))

    def names(self, prefix):
        return sorted(os.listdir(self.path(prefix))) if os.path.isdir(self.path(prefix)) else []

    def read(self, key):
        demand(self.has(key), key, "is missing")
        with open(self.path(key), "rb") as file:
            data = file.read(32 * MIB + 1)
        demand(len(data) <= 32 * MIB, key, "is larger than 32 MiB")
        return data

    def read_recorded(self, record):
        data = self.read(record["key"])
        demand(len(data) == record["sizeBytes"], record["key"], "has another size than the manifest says")
        demand(sha256(data).hex() == record["sha256"], record["key"], "has another SHA-256 than the manifest says")
        return data


# Signatures

def canonical_base64(line, size, name):
    try:
        raw = base64.b64decode(line, validate=True)
    except ValueError:
        raise Refused(f"{name}: is no signature of the form that the page gives")
    demand(len(raw) == size and base64.b64encode(raw) == line, name, "is no signature of the form that the page gives")
    return raw


def verify_signature(sink, key, public_key):
    name = key + ".minisig"
    demand(sink.has(name), key, "is not signed: its .minisig is missing")
    lines = sink.read(name).split(b"\n")
    demand(len(lines) == 5 and lines[4] == b"" and lines[0] == UNTRUSTED, name, "is no signature of the form that the page gives")
    signature = canonical_base64(lines[1], 74, name)
    canonical_base64(lines[3], 64, name)
    demand(signature[:2] == b"ED" and signature[2:10] == base64.b64decode(public_key)[2:10], name, "is by another key")
    demand(lines[2] == b"trusted comment: " + key.encode(), name, "was made for another object")
    run = subprocess.run(["minisign", "-V", "-q", "-P", public_key, "-m", sink.path(key), "-x", sink.path(name)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    demand(run.returncode == 0, name, "doesn't verify")


def verify_signatures_of_set(sink, manifest, public_key):
    sets = f"{sets_prefix(manifest)}{manifest['label']}"
    signed = [f"{sets}.json", f"{own_prefix(manifest)}begin.json", *(record["key"] for record in manifest["maps"])]
    for key in signed + ([f"{sets}.outcome.json"] if sink.has(f"{sets}.outcome.json") else []):
        demand(sink.has(key), key, "is missing")
        verify_signature(sink, key, public_key)


# Manifests

def number(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53 - 1


def text(value):
    return isinstance(value, str)


def digest(value):
    return text(value) and re.fullmatch("[0-9a-f]{64}", value) is not None


def fields(value, name, /, **wanted):
    demand(isinstance(value, dict), name, "a part of it is not an object")
    for field, right in wanted.items():
        demand(field in value and right(value[field]), name, f"its field {field} is missing or wrong")


def list_of_objects(value):
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def sets_prefix(manifest):
    return f"sets/{manifest['ca']['id']}/{manifest['chain']}/"


def chain_prefix(manifest):
    return f"data/{manifest['ca']['id']}/{manifest['chain']}/"


def own_prefix(manifest):
    return f"{chain_prefix(manifest)}{manifest['label']}/"


def parse_json(data, name):
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError:
        raise Refused(f"{name}: is not whole JSON")


def read_manifest(sink, ca, chain, label):
    key = f"sets/{ca}/{chain}/{label}.json"
    data = sink.read(key)
    manifest = parse_json(data, key)
    fields(manifest, key, format=lambda it: it == 1 and number(it), blockBytes=lambda it: it == BLOCK and number(it),
           label=lambda it: it == label, chain=lambda it: it == chain, type=lambda it: it == LABEL.fullmatch(label)[2],
           number=number, ca=lambda it: isinstance(it, dict), restoreMap=lambda it: isinstance(it, dict),
           files=list_of_objects, maps=list_of_objects, packs=list_of_objects)
    fields(manifest["ca"], key, id=lambda it: it == ca)
    fields(manifest["restoreMap"], key, raw=text)
    if "recipients" in manifest:
        fields(manifest, key, recipients=lambda it: isinstance(it, list) and len(it) > 0 and all(map(text, it)))
    if "previous" in manifest:
        fields(manifest["previous"], key, label=text, chain=text, sha256=digest)
    if manifest["type"] == "logs-only":
        fields(manifest, key, base=text)
    for file in manifest["files"]:
        check_file_record(file, key)
    check_names(manifest, key)
    for record in manifest["maps"] + manifest["packs"]:
        fields(record, key, key=text, sizeBytes=number, sha256=digest)
        demand(is_key(record["key"]) and record["key"].startswith(chain_prefix(manifest)), key, f"names {record['key']!r}, which is no key of its chain")
    manifest["bytesSha256"] = sha256(data).hex()
    return manifest


def check_file_record(file, key):
    fields(file, key, role=text, name=text, sizeBytes=number, treeDigest=digest, extents=list_of_objects)
    if not is_dynamic(file):
        fields(file, key, intact=lambda it: isinstance(it, bool))
    for extent in file["extents"]:
        fields(extent, key, map=number, firstEntry=number, blocks=number)
    if file["role"] == "log" and "log" in file:
        for created in ("created", "previousCreated"):
            if created in fields_of(file, "log"):
                fields(file["log"][created], key, raw=text)
    for generation in ("genLow", "genHigh"):
        if generation in fields_of(file, "database"):
            fields(file["database"], key, **{generation: number})


def fields_of(file, facts):
    return file[facts] if isinstance(file.get(facts), dict) else {}


def is_dynamic(file):
    """Or of a role that the page doesn't know."""
    return file["role"] not in ("database", "log")


def folder_of(file):
    return "DynamicFiles" if is_dynamic(file) else "DataBase"


def check_names(manifest, key):
    taken = {("DataBase", "certbkxp.dat")}
    for file in manifest["files"]:
        name, place = file["name"], (folder_of(file), file["name"].lower())
        demand(name not in ("", ".", "..") and not re.search(r"[/\\:\0]", name), key, f"has a file of the name {name!r}")
        demand(place not in taken, key, f"has two files of the name {name!r}")
        taken.add(place)


# Links

def every_set(sink, ca):
    for chain in sink.names(f"sets/{ca}"):
        for name in sink.names(f"sets/{ca}/{chain}"):
            if name.endswith(".json") and LABEL.fullmatch(name[:-5]):
                yield chain, name[:-5]


def check_links(sink, ca, public_key):
    there = list(every_set(sink, ca))
    for chain, label in there:
        key = f"sets/{ca}/{chain}/{label}.json"
        try:
            verify_signature(sink, key, public_key)
        except Refused as why:
            print(f"doesn't count: {why}", file=sys.stderr)
            continue
        manifest = read_manifest(sink, ca, chain, label)
        if "previous" not in manifest:
            continue
        previous = manifest["previous"]
        if (previous["chain"], previous["label"]) in there:
            before = sink.read(f"sets/{ca}/{previous['chain']}/{previous['label']}.json")
            demand(sha256(before).hex() == previous["sha256"], key, f"the manifest of {previous['label']} before it was changed")
            demand(read_manifest(sink, ca, previous["chain"], previous["label"])["number"] == manifest["number"] - 1, key, "has not the number behind that of the set before it")
        else:
            demand(previous["chain"] not in [each for each, _ in there], key, f"the set {previous['label']} before it is missing, but not its chain")


# Maps

def read_map(sink, manifest, record):
    key, data = record["key"], sink.read_recorded(record)
    demand(data[:8] == b"ADCSMAP1" and len(data) >= 12, key, "doesn't begin with ADCSMAP1")
    begin = 12 + int.from_bytes(data[8:12], "little")
    demand(begin <= len(data), key, "its header doesn't lie within it")
    header = parse_json(data[12:begin], key)
    fields(header, key, format=lambda it: it == 1 and number(it), packs=list_of_objects, sections=list_of_objects)
    for section in header["sections"]:
        fields(section, key, blocks=number)
    demand(len(data) - begin == 48 * sum(section["blocks"] for section in header["sections"]), key, "has not 48 bytes for each block of its sections")
    packs = {pack["key"]: pack for pack in manifest["packs"]}
    for pack in header["packs"]:
        fields(pack, key, key=text)
        demand(pack["key"] in packs, key, f"names {pack['key']}, which the manifest doesn't")
    entries = [data[at:at + 48] for at in range(begin, len(data), 48)]
    return key, [packs[pack["key"]] for pack in header["packs"]], entries


def blocks_of(manifest, maps, file):
    """(map's key, map's packs, entry) of each block of the file, with checks 5 and 6."""
    name = f"sets/{manifest['ca']['id']}/{manifest['chain']}/{manifest['label']}.json: {file['name']}"
    blocks, newest = [], 0
    for extent in file["extents"]:
        demand(newest <= extent["map"] < len(maps), name, "an extent names a wrong map")
        newest = extent["map"]
        key, packs, entries = maps[extent["map"]]
        demand(extent["firstEntry"] + extent["blocks"] <= len(entries), name, f"an extent lies outside of {key}")
        blocks += [(key, packs, entry) for entry in entries[extent["firstEntry"]:extent["firstEntry"] + extent["blocks"]]]
    demand(len(blocks) == -(-file["sizeBytes"] // BLOCK), name, "its extents have not the blocks that its size demands")
    tree = b"".join(entry[:32] for _, _, entry in blocks) + BLOCK.to_bytes(4, "little") + file["sizeBytes"].to_bytes(8, "little")
    demand(sha256(tree).hex() == file["treeDigest"], name, "has another tree digest")
    return blocks


# Packs and frames

def content_of_pack(sink, manifest, record, identity):
    stored = sink.read_recorded(record)
    if "recipients" not in manifest:
        return stored
    demand(identity is not None, record["key"], "is encrypted, and there is no --identity")
    run = subprocess.run(["age", "-d", "-i", identity], input=stored, capture_output=True)
    demand(run.returncode == 0, record["key"], f"age doesn't open it: {run.stderr.decode(errors='replace').strip()}")
    return run.stdout


def decompress_all(frames, key):
    """Contents of zstd frames, by one process: between two frames it gets one that holds a random mark."""
    mark = os.urandom(32)
    between = bytes.fromhex("28b52ffd2020") + (32 << 3 | 1).to_bytes(3, "little") + mark
    limit = len(frames) * (MIB + SALT + len(mark))
    with tempfile.TemporaryFile() as packed:
        packed.write(between.join(frames))
        packed.seek(0)
        process = subprocess.Popen(["zstd", "-d", "-c", "-q"], stdin=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        content = process.stdout.read(limit + 1)
        process.stdout.close()
        demand(process.wait() == 0 and len(content) <= limit, key, "a frame doesn't decompress")
    contents = content.split(mark)
    demand(len(contents) == len(frames), key, "a frame doesn't decompress")
    return contents


def write_blocks(sink, use, identity):
    """Check 7 and 8 of all blocks that lie in one pack, then writes them."""
    key, content = use["record"]["key"], content_of_pack(sink, use["manifest"], use["record"], identity)
    frames = sorted({(offset, length) for offset, length, encoding, *_ in use["blocks"] if encoding == 1})
    for offset, length, *_ in use["blocks"]:
        demand(offset + length <= len(content), key, "a frame doesn't lie within it")
    plain = decompress_all([content[offset:offset + length] for offset, length in frames], key) if frames else []
    contents = dict(zip(frames, plain))
    for offset, length, encoding, place, salted, entry, size, path, at in use["blocks"]:
        frame = contents[offset, length] if encoding == 1 else content[offset:offset + length]
        demand(len(frame) <= MIB + (SALT if salted else 0), key, f"the frame at {offset} has more than 1 MiB")
        salt, frame = (frame[-SALT:], frame[:-SALT]) if salted else (b"", frame)
        block = frame[place * BLOCK:place * BLOCK + size]
        demand(len(block) == size and sha256(block + salt) == entry[:32], key, f"a block of the frame at {offset} has another digest")
        with open(path, "r+b") as out:
            out.seek(at)
            out.write(block)


def plan_file(plan, source, path):
    manifest, maps, file = source
    salted = "recipients" in manifest and is_dynamic(file)
    with open(path, "xb") as out:
        out.truncate(file["sizeBytes"])
    for index, (key, packs, entry) in enumerate(blocks_of(manifest, maps, file)):
        size = min(BLOCK, file["sizeBytes"] - index * BLOCK)
        pack, offset, length = (int.from_bytes(entry[at:at + 4], "little") for at in (32, 36, 40))
        if pack == NO_PACK:
            demand(entry[:32] == sha256(bytes(size)) and not salted, key, f"an entry of {file['name']} says zeros, wrongly")
            continue
        place, encoding = entry[44], entry[45]
        demand(pack < len(packs) and length <= MIB + (SALT if salted else 0) and place <= 15 and encoding <= 1, key, f"an entry of {file['name']} is wrong")
        use = plan.setdefault(packs[pack]["key"], {"record": packs[pack], "manifest": manifest, "blocks": []})
        demand(use["record"] == packs[pack], packs[pack]["key"], "two manifests say different things of it")
        use["blocks"].append((offset, length, encoding, place, salted, entry, size, path, index * BLOCK))


# Composing a restore

def generation_of(file):
    name = LOG_NAME.fullmatch(file["name"]) if file["role"] == "log" else None
    return int(name[1], 16) if name else None


def choose_logs(sets):
    """[(manifest, file)] and whether they reach as far as they should."""
    databases = [file for file in sets[0]["files"] if file["role"] == "database"]
    low = [fields_of(file, "database")["genLow"] for file in databases if "genLow" in fields_of(file, "database")]
    high = [fields_of(file, "database")["genHigh"] for file in databases if "genHigh" in fields_of(file, "database")]
    logs_of = [[(generation_of(file), manifest, file) for file in manifest["files"] if generation_of(file) is not None] for manifest in sets]
    low, high = low or [each[0] for each in logs_of[0]], high + [each[0] for each in logs_of[-1]]
    chosen, before = [], None
    for generation in range(min(low, default=0), max(high, default=-1) + 1):
        copies = [(manifest, file) for logs in logs_of for at, manifest, file in logs if at == generation and file["intact"]]
        fitting = [copy for copy in copies if before is None or follows(copy[1], before)]
        if not fitting:
            return chosen, False
        chosen.append(fitting[0])
        before = fitting[0][1]
    return chosen, True


def follows(log, before):
    mine, other = fields_of(log, "log").get("previousCreated"), fields_of(before, "log").get("created")
    return (mine and mine["raw"]) == (other and other["raw"])


def sets_to_read(sink, ca, label):
    chains = [chain for chain, each in every_set(sink, ca) if each == label]
    demand(len(chains) == 1, f"sets/{ca}/*/{label}.json", "there is not exactly one")
    in_chain = sorted(each for chain, each in every_set(sink, ca) if chain == chains[0] and each <= label)
    fulls = [each for each in in_chain if each.endswith("-full")]
    demand(fulls, label, "its full set is missing")
    manifests = [read_manifest(sink, ca, chains[0], each) for each in in_chain if each >= fulls[-1]]
    demand(manifests[-1].get("base", fulls[-1]) == fulls[-1], label, f"its full set {manifests[-1].get('base')} is missing")
    return manifests


def restore(arguments, work):
    sink, plan, maps = Sink(arguments.sink), {}, {}
    manifests = sets_to_read(sink, arguments.ca, arguments.label)
    if arguments.public_key:
        for manifest in manifests:
            verify_signatures_of_set(sink, manifest, arguments.public_key)
        check_links(sink, arguments.ca, arguments.public_key)
    for manifest in manifests:
        for record in manifest["packs"]:
            sink.read_recorded(record)
        maps[manifest["label"]] = [read_map(sink, manifest, record) for record in manifest["maps"]]
        for file in manifest["files"]:
            blocks_of(manifest, maps[manifest["label"]], file)
    logs, complete = choose_logs(manifests)
    chosen = [(manifests[0], file) for file in manifests[0]["files"] if file["role"] == "database"] + logs
    chosen += [(manifests[-1], file) for file in manifests[-1]["files"] if is_dynamic(file)]
    for folder in {"DataBase", *(folder_of(file) for _, file in chosen)}:
        os.mkdir(os.path.join(work, folder))
    for manifest, file in chosen:
        plan_file(plan, (manifest, maps[manifest["label"]], file), os.path.join(work, folder_of(file), file["name"]))
    for key in sorted(plan):
        write_blocks(sink, plan[key], arguments.identity)
    with open(os.path.join(work, "DataBase", "certbkxp.dat"), "xb") as out:
        out.write(base64.b64decode(manifests[0]["restoreMap"]["raw"], validate=True))
    return complete and all(file["intact"] for _, file in chosen if file["role"] == "database")


def main():
    parser = argparse.ArgumentParser()
    for name in ("sink", "ca", "label", "target"):
        parser.add_argument(name)
    parser.add_argument("--identity")
    parser.add_argument("--public-key")
    arguments = parser.parse_args()
    work = arguments.target.rstrip("/") + ".partial"
    try:
        demand(not os.path.exists(arguments.target), arguments.target, "is there already")
        os.mkdir(work)
        try:
            complete = restore(arguments, work)
            os.rename(work, arguments.target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except Refused as why:
        print(f"refused: {why}", file=sys.stderr)
        return 1
    print("restored" if complete else "restored as far as it goes: databases are damaged or logs are missing")
    return 0 if complete else 3


sys.exit(main())
