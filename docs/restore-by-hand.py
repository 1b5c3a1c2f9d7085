#!/usr/bin/env python3
"""Restores a set of adcs-backup without adcs-backup.

    python3 restore-by-hand.py COPY                      lists the sets in COPY
    python3 restore-by-hand.py COPY LABEL TO [--ca ID]   restores one into TO, an empty or a new folder

    --identity FILE    opens encrypted sets with this private age key; may be repeated
    --public-key KEY   only sets count whose manifest this minisign key (RW...) signed; may be repeated

A set of logs only is put together with the full set that it builds on and the logs between.

COPY is a folder with a copy of a sink (it holds the folders "sets" and "data").
Needs Python 3.8 or later and the zstd command; for encrypted sets the age command, for signed ones,
with --public-key, the minisign command. Everything it relies on stands in store-format.md.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

MIB = 1024 * 1024
BLOCK = 65536
FRAME_CONTENT = 1 * MIB
SALT = 32  # behind the blocks of a frame, where frames are salted
MAX_OBJECT = 32 * MIB
ENTRY = struct.Struct("<32sIIIBBH")  # digest, pack, frame offset, frame length, block in frame, encoding, 0
ZERO_BLOCK = 0xFFFFFFFF
ZSTD = 1
FRAMES_AT_ONCE = 8  # that many are decompressed by one zstd process: at most 8 MiB
OPEN_PACKS = 32  # that many are kept as age opened them: at most 1 GiB on the disk
SIGNATURE_BEGINS = b"untrusted comment: signature by adcs-backup, over the object that the trusted comment names\n"

LABEL = re.compile(r"\d{8}T\d{6}Z-(full|logs-only)")
LOG_NAME = re.compile(r"edb([0-9a-f]{5}|[0-9a-f]{8})\.log", re.IGNORECASE)
KEY_PART = re.compile(r"[A-Za-z0-9._-]{0,99}[A-Za-z0-9_-]")


class Refused(Exception):
    """What doesn't fit. The message names the object."""


def require(condition, message):
    if not condition:
        raise Refused(message)


def field(record, name, kind, where):
    value = record.get(name) if isinstance(record, dict) else None
    fits = type(value) is kind and not (kind is int and value < 0)
    require(fits, f'{where}: "{name}" is missing or wrong')
    return value


def blocks_in(size):
    return -(-size // BLOCK)


class StoredSet:
    """A set in the copy: its manifest, and access to everything that the manifest names."""

    def __init__(self, copy, key, signers):
        self.copy = copy
        self.key = key
        content = self.path(key).read_bytes()
        signers.check(copy, key)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.manifest = parse(content, key)
        self.label = self.take("label", str)
        self.type = self.take("type", str)
        self.files = self.take("files", list)
        self.packs = {field(pack, "key", str, key): pack for pack in self.take("packs", list)}
        self.maps = self.take("maps", list)
        self.is_encrypted = "recipients" in self.manifest
        self.open_map = None, None

    def take(self, name, kind):
        return field(self.manifest, name, kind, self.key)

    def path(self, key):
        return self.copy.joinpath(*key.split("/"))

    def checked(self):
        self.check_place()
        self.check_names()
        return self

    def check_place(self):
        """Check 1: is this the manifest that its key says, and can this script read it?"""
        _, ca, chain, name = self.key.split("/")
        require(self.take("blockBytes", int) == BLOCK, f"{self.key} has blocks of another size than {BLOCK}")
        ca_id = field(self.take("ca", dict), "id", str, self.key)
        found = ca_id, self.take("chain", str), f"{self.label}.json"
        require(found == (ca, chain, name), f"{self.key} is the manifest of another set: {'/'.join(found)}")

    def check_names(self):
        """Check 2: no name may lead out of the folder, or meet another."""
        taken = {"DataBase/certbkxp.dat".lower()}
        for file in self.files:
            name, target = field(file, "name", str, self.key), target_of(file, self.key)
            safe = name not in ("", ".", "..") and not re.search(r"[/\\:\0]", name)
            require(safe and target.lower() not in taken, f"{self.key} holds a file by the unsafe name {name!r}")
            taken.add(target.lower())
        place = self.key.replace("sets/", "data/", 1).rpartition("/")[0] + "/"
        for record in [*self.maps, *self.packs.values()]:
            key = field(record, "key", str, self.key)
            plain = len(key) <= 400 and all(KEY_PART.fullmatch(part) for part in key.split("/"))
            require(plain and key.startswith(place), f"{self.key} names the unsafe key {key!r}")

    def check_objects(self, checked):
        """Check 3: every object is there as it was stored. Those in `checked` were looked at before."""
        records = [*self.maps, *self.packs.values()]
        for number, record in enumerate(records, 1):
            name = record["key"], record.get("sizeBytes"), record.get("sha256")
            if name not in checked:
                self.check_object(record)
                checked.add(name)
            if number % 100 == 0 or number == len(records):
                say(f"{self.label}: checked {number} of {len(records)} objects")

    def check_object(self, record):
        key, size = record["key"], field(record, "sizeBytes", int, self.key)
        path = self.path(key)
        require(path.is_file(), f"{key} is not there")
        found = path.stat().st_size
        require(found == size, f"{key} has {found} bytes instead of {size}")
        require(size <= MAX_OBJECT, f"{key} has {size} bytes, more than any object may have")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        require(digest == field(record, "sha256", str, self.key), f"{key} has another SHA-256 than the manifest says")

    def map(self, index):
        """Check 4 for a map; gives the keys of its packs, and its entries. Keeps one map in memory."""
        if self.open_map[0] != index:
            key = self.maps[index]["key"]
            content = self.path(key).read_bytes()
            require(content[:8] == b"ADCSMAP1" and len(content) >= 12, f"{key} is not a map")
            end = 12 + int.from_bytes(content[8:12], "little")
            require(end <= len(content), f"{key} is cut off")
            header = parse(content[12:end], key)
            blocks = sum(field(section, "blocks", int, key) for section in field(header, "sections", list, key))
            require(len(content) - end == blocks * ENTRY.size, f"{key} has no room for {blocks} entries")
            packs = [field(pack, "key", str, key) for pack in field(header, "packs", list, key)]
            for pack in packs:
                require(pack in self.packs, f"{key} names {pack}, which the manifest doesn't")
            self.open_map = index, (packs, memoryview(content)[end:])
        return self.open_map[1]

    def entries(self, file):
        """Checks 5 and 7; gives (digest, frame or None, block in frame) for each block of a file."""
        name, size = file["name"], field(file, "sizeBytes", int, self.key)
        number = 0
        for extent in field(file, "extents", list, self.key):
            index, first, blocks = (field(extent, part, int, self.key) for part in ("map", "firstEntry", "blocks"))
            require(index < len(self.maps), f"{self.key}: {name} lies in a map that isn't there")
            packs, entries = self.map(index)
            end = (first + blocks) * ENTRY.size
            require(end <= len(entries), f"{self.key}: {name} reaches beyond {self.maps[index]['key']}")
            for entry in ENTRY.iter_unpack(entries[first * ENTRY.size : end]):
                place = self.place_of(entry, packs, max(0, min(BLOCK, size - number * BLOCK)), self.salt_of(file))
                require(place, f"{self.maps[index]['key']}: the entry of block {number} of {name} makes no sense")
                yield place
                number += 1
        require(number == blocks_in(size), f"{self.key}: {name} has {blocks_in(size)} blocks, its maps hold {number}")

    def salt_of(self, file):
        """How many bytes follow the blocks of each frame of the file."""
        return SALT if self.is_encrypted and is_dynamic(file) else 0

    def place_of(self, entry, packs, block_length, salt):
        digest, pack, offset, length, in_frame, encoding, _ = entry
        if pack == ZERO_BLOCK:
            is_zeros = not salt and digest == hashlib.sha256(bytes(block_length)).digest()
            return (digest, None, 0) if is_zeros else None
        fits = pack < len(packs) and length <= FRAME_CONTENT + salt and in_frame < 16 and encoding in (0, ZSTD)
        if not fits or offset + length > self.packs[packs[pack]]["sizeBytes"]:
            return None
        return digest, (packs[pack], offset, length, encoding), in_frame

    def check_tree(self, file):
        """Check 6: the digests in the maps are those of this file."""
        tree = hashlib.sha256()
        for digest, _, _ in self.entries(file):
            tree.update(digest)
        tree.update(struct.pack("<IQ", BLOCK, file["sizeBytes"]))
        fits = tree.hexdigest() == field(file, "treeDigest", str, self.key)
        require(fits, f"{self.key}: {file['name']} has another tree digest than its maps give")


class Signers:
    """Checks signatures with the minisign command. Without public keys, everything counts."""

    def __init__(self, public_keys):
        self.public_keys = public_keys
        self.command = shutil.which("minisign")
        require(self.command or not public_keys, "the minisign command was not found: install it, or put it on the PATH")

    def check(self, copy, key):
        if not self.public_keys:
            return
        signed, signature = (copy.joinpath(*name.split("/")) for name in (key, key + ".minisig"))
        require(signature.is_file(), f"{key} is not signed")
        content = signature.read_bytes()
        lines = content[len(SIGNATURE_BEGINS) :].split(b"\n")
        has_form = content.startswith(SIGNATURE_BEGINS) and len(lines) == 4 and lines[3] == b""
        require(has_form and all(is_base64(line) for line in (lines[0], lines[2])), f"{key}.minisig is in another form")
        require(lines[1] == b"trusted comment: " + key.encode(), f"{key}.minisig was made for another object")
        command = [self.command, "-Vq", "-m", str(signed), "-x", str(signature), "-P"]
        verdicts = (subprocess.run([*command, each], stdout=PIPE, stderr=PIPE).returncode for each in self.public_keys)
        require(any(verdict == 0 for verdict in verdicts), f"{key} was altered, or signed with another key")


def is_base64(line):
    """In the one way in which the bytes can be written."""
    try:
        return base64.b64encode(base64.b64decode(line)) == line
    except ValueError:
        return False


class Packs:
    """The contents of packs: encrypted ones are opened by the age command, one process each."""

    def __init__(self, folder, identities):
        self.folder = folder
        self.identities = [part for path in identities for part in ("-i", path)]
        self.open = []  # keys, the one that was used last at the end

    def frame(self, stored, frame):
        pack, offset, length, _ = frame
        with open(self.opened(stored, pack) if stored.is_encrypted else stored.path(pack), "rb") as source:
            source.seek(offset)
            content = source.read(length)
        require(len(content) == length, f"{pack}: a frame lies behind its end")
        return content

    def opened(self, stored, pack):
        path = self.folder / pack.replace("/", "!")
        if pack in self.open:
            self.open.remove(pack)
        else:
            if len(self.open) == OPEN_PACKS:
                (self.folder / self.open.pop(0).replace("/", "!")).unlink()
            command = [shutil.which("age"), "-d", *self.identities, "-o", str(path), str(stored.path(pack))]
            age = subprocess.run(command, stdout=PIPE, stderr=PIPE)
            errors = age.stderr.decode(errors="replace").strip().replace("\n", " ")
            require(age.returncode == 0, f"{pack} cannot be opened: {errors}")
        self.open.append(pack)
        return path


def require_age(sets, identities):
    encrypted = [stored.key for stored in sets if stored.is_encrypted]
    if encrypted:
        require(identities, f"{encrypted[0]} is of an encrypted set: give the private key with --identity")
        require(shutil.which("age"), "the age command was not found: install it, or put it on the PATH")


class Zstd:
    """Decompresses several frames with one process.

    A zstd file may hold several frames, but their contents come out without a mark between them. So a
    frame with 32 random bytes is put behind each, and the contents are parted there.
    """

    def __init__(self, folder):
        self.command = shutil.which("zstd")
        require(self.command, "the zstd command was not found: install it, or put it on the PATH")
        self.file = folder / "frames.zst"
        self.mark = os.urandom(32)
        self.mark_frame = subprocess.run([self.command, "-qc"], input=self.mark, stdout=PIPE, check=True).stdout

    def decompress(self, frames, where):
        if not frames:
            return []
        self.file.write_bytes(b"".join(frame + self.mark_frame for frame in frames))
        limit = len(frames) * (FRAME_CONTENT + SALT + len(self.mark))
        with subprocess.Popen([self.command, "-dqc", str(self.file)], stdout=PIPE, stderr=PIPE) as process:
            content = process.stdout.read(limit + 1)
            if len(content) > limit:
                process.kill()
            errors = process.stderr.read().decode(errors="replace").strip()
        require(process.returncode == 0, f"{where}: a frame cannot be decompressed: {errors or 'too large'}")
        contents = content.split(self.mark)[:-1]
        require(len(contents) == len(frames), f"{where}: a frame has more content than it may")
        return contents


def batches(entries):
    """Consecutive blocks that need at most FRAMES_AT_ONCE frames: [(number, digest, frame, block in frame)]."""
    batch, frames = [], set()
    for number, (digest, frame, in_frame) in enumerate(entries):
        if frame is None:
            continue
        if frame not in frames and len(frames) == FRAMES_AT_ONCE:
            yield batch, frames
            batch, frames = [], set()
        batch.append((number, digest, frame, in_frame))
        frames.add(frame)
    yield batch, frames


class Source:
    """Where the content of frames comes from."""

    def __init__(self, folder, identities):
        self.packs = Packs(folder, identities)
        self.zstd = Zstd(folder)

    def contents_of(self, stored, frames, salt):
        """(content without salt, salt) of each frame."""
        where = ", ".join(sorted({frame[0] for frame in frames}))
        contents = {frame: self.packs.frame(stored, frame) for frame in frames}
        compressed = [frame for frame in frames if frame[3] == ZSTD]
        contents.update(zip(compressed, self.zstd.decompress([contents[frame] for frame in compressed], where)))
        fits = all(len(content) <= FRAME_CONTENT + salt for content in contents.values())
        require(fits, f"{where}: a frame has more content than it may")
        return {frame: (it[: len(it) - salt], it[len(it) - salt :]) for frame, it in contents.items()}


def write_file(stored, file, path, source):
    """Check 8, and the file. It is zeros from end to end at first: blocks of zeros need no write."""
    size = file["sizeBytes"]
    with open(path, "xb") as out:
        out.truncate(size)
        for batch, frames in batches(stored.entries(file)):
            contents = source.contents_of(stored, frames, stored.salt_of(file))
            for number, digest, frame, in_frame in batch:
                content, salt = contents[frame]
                start, length = in_frame * BLOCK, min(BLOCK, size - number * BLOCK)
                block = content[start : start + length]
                fits = len(block) == length and hashlib.sha256(block + salt).digest() == digest
                require(fits, f"{frame[0]}: block {number} of {file['name']} has another SHA-256 than its map says")
                out.seek(number * BLOCK)
                out.write(block)
        out.flush()
        os.fsync(out.fileno())


def target_of(file, where):
    field(file, "role", str, where)
    return ("DynamicFiles/" if is_dynamic(file) else "DataBase/") + file["name"]


def is_dynamic(file):
    """Or of a role that only later versions know."""
    return file["role"] not in ("database", "log")


def generation_of(file):
    """By its name; None for files that are no logs."""
    match = LOG_NAME.fullmatch(file["name"]) if file["role"] == "log" else None
    return int(match.group(1), 16) if match else None


def sets_from_full_to(target, signers):
    """The set, with those before it back to the full one that it builds on, oldest first; and what can't be read."""
    place = target.key.rpartition("/")[0] + "/"
    sets, cautions = [target], []
    for key in reversed([key for key in manifest_keys(target.copy) if key.startswith(place) and key < target.key]):
        if sets[0].type == "full":
            break
        try:
            sets.insert(0, StoredSet(target.copy, key, signers).checked())
        except Refused as error:
            cautions.append(f"a set was left out: {error}")
    require(sets[0].type == "full", f"the full set that {target.label} builds on is not there")
    return sets, cautions


class AsStored:
    """All files of one set, whether they fit together or not."""

    def __init__(self, target):
        self.base, self.sets, self.cautions, self.is_complete = target, [target], [], True
        self.files = [(target, file) for file in target.files]
        if target.type != "full":
            self.cautions.append("the set holds logs only: they complete a full set, and are of no use without it")


class Composition:
    """What a restore of a set consists of: "Composing a restore" in store-format.md."""

    def __init__(self, target, signers):
        sets, self.cautions = sets_from_full_to(target, signers)
        self.base = sets[0]
        databases = [file for file in self.base.files if file["role"] == "database"]
        facts = [field(file, "database", dict, self.base.key) for file in databases if "database" in file]
        self.files = [(self.base, file) for file in databases]
        self.is_complete = self.add_logs(sets, facts)
        self.files += [(target, file) for file in target.files if is_dynamic(file)]
        holders = {id(holder) for holder, _ in self.files}
        self.sets = [stored for stored in sets if stored is target or id(stored) in holders]

    def add_logs(self, sets, facts):
        """One good copy after another, each fitting the one before; false when one is missing."""
        copies = {}
        for stored in sets:
            for file in stored.files:
                copies.setdefault(generation_of(file), []).append((stored, file))
        lowest, highest = (
            [field(database, name, int, self.base.key) for database in facts if name in database]
            for name in ("genLow", "genHigh")
        )
        first = min(lowest or generations_of(self.base) or [1])
        previous = None
        for generation in range(first, max([0, *highest, *generations_of(sets[-1])]) + 1):
            fitting = [copy for copy in copies.get(generation, []) if follows(copy[1], previous)]
            if not fitting:
                self.cautions.append(f"no good edb{generation:05X}.log follows: it and all logs after it are left out")
                if generation <= max(highest, default=0):
                    self.cautions.append("WITHOUT THEM THE DATABASE CAN'T BE RECOVERED")
                return False
            self.files.append(fitting[0])
            previous = fitting[0][1]
        return True


def generations_of(stored):
    return [generation for generation in map(generation_of, stored.files) if generation is not None]


def follows(file, previous):
    """Is the log good, and the next one after `previous`, if there is one?"""
    if file.get("intact") is not True or not isinstance(file.get("log"), dict):
        return False
    return previous is None or file["log"].get("previousCreated") == previous["log"].get("created")


def restore(composition, to, identities):
    """Writes everything below TO/partial-restore; only when all is there, it gets its final names."""
    to.mkdir(parents=True, exist_ok=True)
    require(not any(to.iterdir()), f"{to} is not empty: name an empty or a new folder")
    partial = to / "partial-restore"
    work = partial / "work"
    try:
        for folder in (partial / "DataBase", partial / "DynamicFiles", work):
            folder.mkdir(parents=True)
        base = composition.base
        restore_map = base64.b64decode(field(base.take("restoreMap", dict), "raw", str, base.key), validate=True)
        (partial / "DataBase" / "certbkxp.dat").write_bytes(restore_map)
        source = Source(work, identities)
        for stored, file in composition.files:
            say(f"writing {file['name']}, {file['sizeBytes']:,} bytes")
            write_file(stored, file, partial / target_of(file, stored.key), source)
        (partial / "DynamicFiles").rename(to / "DynamicFiles")
        (partial / "DataBase").rename(to / "DataBase")
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if partial.exists():
            say(f"could not remove {partial}: do it by hand, it holds nothing that is whole")


def parse(content, key):
    try:
        document = json.loads(content.decode())
    except ValueError as error:
        raise Refused(f"{key} is not readable JSON: {error}") from error
    found = document.get("format") if isinstance(document, dict) else None
    require(found == 1, f"{key} is of format {found}, this script reads format 1")
    return document


def manifest_keys(copy):
    paths = sorted(copy.glob("sets/*/*/*.json"))
    return [path.relative_to(copy).as_posix() for path in paths if LABEL.fullmatch(path.name[: -len(".json")])]


def list_sets(copy, signers):
    keys = manifest_keys(copy)
    require(keys, f'there is no set in {copy}: it must be the folder that holds "sets" and "data"')
    for key in keys:
        try:
            stored = StoredSet(copy, key, signers)
            size = sum(field(file, "sizeBytes", int, key) for file in stored.files)
            state = "sound" if stored.manifest.get("sound") is True else "SUSPECT"
            what = f"{len(stored.files)} files, {size:,} bytes{', encrypted' if stored.is_encrypted else ''}"
            print(f"{key.split('/')[1]}  {stored.label}  {state}  {what}")
        except Refused as error:
            print(f"UNREADABLE  {error}")


def find_set(given, signers):
    copy, label, ca = given.copy, given.label, given.ca
    found = [key for key in manifest_keys(copy) if key.endswith(f"/{label}.json") and ca in (None, key.split("/")[1])]
    require(found, f"there is no set {label} in {copy}; without a label this script lists what there is")
    require(len(found) == 1, f"there are several sets {label}: say which with --ca: {', '.join(found)}")
    return StoredSet(copy, found[0], signers)


def restore_set(given, signers):
    to, target = given.to, find_set(given, signers).checked()
    composition = AsStored(target) if given.as_stored else Composition(target, signers)
    require_age(composition.sets, given.identity)
    checked = set()
    for stored in composition.sets:
        print(f"manifest    {stored.key}  SHA-256 {stored.sha256}")
        stored.check_objects(checked)
    for stored, file in composition.files:
        stored.check_tree(file)
    restore(composition, to, given.identity)
    for stored, file in composition.files:
        where, source = target_of(file, stored.key), file.get("sourcePath")
        size = f"{file['sizeBytes']:,} bytes"
        print(f"restored    {where}  {size}, every block checked; of {stored.label}; on the CA: {source}")
    for stored in composition.sets:
        if stored.manifest.get("sound") is not True:
            print(f"CAUTION     the set {stored.label} is suspect: its contents failed the checks:")
            for finding in stored.manifest.get("findings") or []:
                print(f"            {finding.get('message') if isinstance(finding, dict) else finding}")
    for caution in composition.cautions:
        print(f"CAUTION     {caution}")
    print(f"{'whole ' if composition.is_complete else 'PARTLY'}      {len(composition.files)} files in {to}")


def say(message):
    print(message, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copy", metavar="COPY", type=Path)
    parser.add_argument("label", metavar="LABEL", nargs="?")
    parser.add_argument("to", metavar="TO", nargs="?", type=Path)
    parser.add_argument("--ca", metavar="ID", help="which CA's set, if the sink holds several: a folder name in sets")
    parser.add_argument("--as-stored", action="store_true", help="all files of this one set, damaged ones too")
    parser.add_argument("--identity", metavar="FILE", action="append", default=[], help="private age key")
    parser.add_argument("--public-key", metavar="KEY", action="append", default=[], help="minisign public key, RW...")
    given = parser.parse_args()
    if given.label is not None and given.to is None:
        parser.error("name the folder to restore to, too")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        signers = Signers(given.public_key)
        if given.label is None:
            list_sets(given.copy, signers)
        else:
            restore_set(given, signers)
    except (Refused, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"FAILED, nothing was restored: {error}")
    except KeyboardInterrupt:
        sys.exit("INTERRUPTED, nothing was restored")


if __name__ == "__main__":
    main()
