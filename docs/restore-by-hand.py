#!/usr/bin/env python3
"""Restores a set of adcs-backup without adcs-backup.

    python3 restore-by-hand.py COPY                      lists the sets in COPY
    python3 restore-by-hand.py COPY LABEL TO [--ca ID]   restores one into TO, an empty or a new folder

A set of logs only is put together with the full set that it builds on and the logs between.

COPY is a folder with a copy of a sink (it holds the folders "sets" and "data").
Needs Python 3.8 or later and the zstd command. Everything it relies on stands in store-format.md.
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
MAX_OBJECT = 32 * MIB
ENTRY = struct.Struct("<32sIIIBBH")  # digest, pack, frame offset, frame length, block in frame, encoding, 0
ZERO_BLOCK = 0xFFFFFFFF
ZSTD = 1
FRAMES_AT_ONCE = 8  # that many are decompressed by one zstd process: at most 8 MiB

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

    def __init__(self, copy, key):
        self.copy = copy
        self.key = key
        content = self.path(key).read_bytes()
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.manifest = parse(content, key)
        self.label = self.take("label", str)
        self.type = self.take("type", str)
        self.files = self.take("files", list)
        self.packs = {field(pack, "key", str, key): pack for pack in self.take("packs", list)}
        self.maps = self.take("maps", list)
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
                place = self.place_of(entry, packs, max(0, min(BLOCK, size - number * BLOCK)))
                require(place, f"{self.maps[index]['key']}: the entry of block {number} of {name} makes no sense")
                yield place
                number += 1
        require(number == blocks_in(size), f"{self.key}: {name} has {blocks_in(size)} blocks, its maps hold {number}")

    def place_of(self, entry, packs, block_length):
        digest, pack, offset, length, in_frame, encoding, _ = entry
        if pack == ZERO_BLOCK:
            return (digest, None, 0) if digest == hashlib.sha256(bytes(block_length)).digest() else None
        fits = pack < len(packs) and length <= FRAME_CONTENT and in_frame < 16 and encoding in (0, ZSTD)
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

    def stored_frame(self, frame):
        pack, offset, length, _ = frame
        with open(self.path(pack), "rb") as source:
            source.seek(offset)
            return source.read(length)


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
        limit = len(frames) * (FRAME_CONTENT + len(self.mark))
        with subprocess.Popen([self.command, "-dqc", str(self.file)], stdout=PIPE, stderr=PIPE) as process:
            content = process.stdout.read(limit + 1)
            if len(content) > limit:
                process.kill()
            errors = process.stderr.read().decode(errors="replace").strip()
        require(process.returncode == 0, f"{where}: a frame cannot be decompressed: {errors or 'too large'}")
        contents = content.split(self.mark)[:-1]
        fits = len(contents) == len(frames) and all(len(content) <= FRAME_CONTENT for content in contents)
        require(fits, f"{where}: a frame has more content than it may")
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


def contents_of(stored, frames, zstd):
    """The content of each frame."""
    where = ", ".join(sorted({frame[0] for frame in frames}))
    contents = {frame: stored.stored_frame(frame) for frame in frames}
    compressed = [frame for frame in frames if frame[3] == ZSTD]
    unpacked = zstd.decompress([contents[frame] for frame in compressed], where)
    contents.update(zip(compressed, unpacked))
    return contents


def write_file(stored, file, path, zstd):
    """Check 8, and the file. It is zeros from end to end at first: blocks of zeros need no write."""
    size = file["sizeBytes"]
    with open(path, "xb") as out:
        out.truncate(size)
        for batch, frames in batches(stored.entries(file)):
            contents = contents_of(stored, frames, zstd)
            for number, digest, frame, in_frame in batch:
                start = in_frame * BLOCK
                block = contents[frame][start : start + min(BLOCK, size - number * BLOCK)]
                fits = hashlib.sha256(block).digest() == digest
                require(fits, f"{frame[0]}: block {number} of {file['name']} has another SHA-256 than its map says")
                out.seek(number * BLOCK)
                out.write(block)
        out.flush()
        os.fsync(out.fileno())


def target_of(file, where):
    role = field(file, "role", str, where)
    require(role in ("database", "log", "dynamic"), f'{where}: "role" is wrong')
    return ("DynamicFiles/" if role == "dynamic" else "DataBase/") + file["name"]


def generation_of(file):
    """By its name; None for files that are no logs."""
    match = LOG_NAME.fullmatch(file["name"]) if file["role"] == "log" else None
    return int(match.group(1), 16) if match else None


def sets_from_full_to(target):
    """The set, with those before it back to the full one that it builds on, oldest first; and what can't be read."""
    place = target.key.rpartition("/")[0] + "/"
    sets, cautions = [target], []
    for key in reversed([key for key in manifest_keys(target.copy) if key.startswith(place) and key < target.key]):
        if sets[0].type == "full":
            break
        try:
            sets.insert(0, StoredSet(target.copy, key).checked())
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

    def __init__(self, target):
        sets, self.cautions = sets_from_full_to(target)
        self.base = sets[0]
        databases = [file for file in self.base.files if file["role"] == "database"]
        facts = [field(file, "database", dict, self.base.key) for file in databases if "database" in file]
        self.files = [(self.base, file) for file in databases]
        self.is_complete = self.add_logs(sets, facts)
        self.files += [(target, file) for file in target.files if file["role"] == "dynamic"]
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


def restore(composition, to):
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
        zstd = Zstd(work)
        for stored, file in composition.files:
            say(f"writing {file['name']}, {file['sizeBytes']:,} bytes")
            write_file(stored, file, partial / target_of(file, stored.key), zstd)
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


def list_sets(copy):
    keys = manifest_keys(copy)
    require(keys, f'there is no set in {copy}: it must be the folder that holds "sets" and "data"')
    for key in keys:
        try:
            stored = StoredSet(copy, key)
            size = sum(field(file, "sizeBytes", int, key) for file in stored.files)
            state = "sound" if stored.manifest.get("sound") is True else "SUSPECT"
            print(f"{key.split('/')[1]}  {stored.label}  {state}  {len(stored.files)} files, {size:,} bytes")
        except Refused as error:
            print(f"UNREADABLE  {error}")


def find_set(copy, label, ca):
    found = [key for key in manifest_keys(copy) if key.endswith(f"/{label}.json") and ca in (None, key.split("/")[1])]
    require(found, f"there is no set {label} in {copy}; without a label this script lists what there is")
    require(len(found) == 1, f"there are several sets {label}: say which with --ca: {', '.join(found)}")
    return StoredSet(copy, found[0])


def restore_set(copy, label, to, ca, as_stored):
    target = find_set(copy, label, ca).checked()
    composition = AsStored(target) if as_stored else Composition(target)
    checked = set()
    for stored in composition.sets:
        print(f"manifest    {stored.key}  SHA-256 {stored.sha256}")
        stored.check_objects(checked)
    for stored, file in composition.files:
        stored.check_tree(file)
    restore(composition, to)
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
    given = parser.parse_args()
    if given.label is not None and given.to is None:
        parser.error("name the folder to restore to, too")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        if given.label is None:
            list_sets(given.copy)
        else:
            restore_set(given.copy, given.label, given.to, given.ca, given.as_stored)
    except (Refused, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"FAILED, nothing was restored: {error}")
    except KeyboardInterrupt:
        sys.exit("INTERRUPTED, nothing was restored")


if __name__ == "__main__":
    main()
