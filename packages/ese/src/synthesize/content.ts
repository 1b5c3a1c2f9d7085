/** Bytes of one made-up record: the first half looks like keys and signatures, the second like names. */
const RECORD_BYTES = 512;
const RANDOM_WORDS = RECORD_BYTES / 8;
const TEXT_BYTES = 64 * 1024;

/** Text as a CA's database has it: names, templates, addresses, over and over with other numbers. */
const text: Uint8Array = makeText();

/** Where content goes: `sizeBytes` from `offset` of `bytes`, whose buffer must be aligned to 4. */
export interface ContentPlace {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Fills a place with content that halves under a fast compressor and is the same for the same seed. */
export function fillContent(place: ContentPlace, seed: number): void {
  const words = new Uint32Array(place.bytes.buffer, place.bytes.byteOffset + place.offset, place.sizeBytes >>> 2);
  let random = scramble(seed);
  for (let at = 0; at < words.length; at += RECORD_BYTES / 4) {
    const randomEnd = Math.min(at + RANDOM_WORDS, words.length);
    for (let word = at; word < randomEnd; word += 1) {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      words[word] = random;
    }
    const length = Math.min(RECORD_BYTES / 2, (words.length - randomEnd) * 4);
    const from = (random >>> 0) % (TEXT_BYTES - RECORD_BYTES);
    place.bytes.set(text.subarray(from, from + length), place.offset + randomEnd * 4);
  }
}

/** A seed for something made from another seed, such as page `index` of a database. Never 0. */
export function deriveSeed(seed: number, index: number): number {
  return scramble(seed ^ scramble(index + 0x9e3779b9));
}

/** Spreads neighbouring seeds apart (the finalizer of MurmurHash3). Never 0: that would make xorshift stand still. */
function scramble(seed: number): number {
  let mixed = seed ^ (seed >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0 || 1;
}

function makeText(): Uint8Array {
  const records = Array.from({ length: 512 }, (_, index) => {
    const number = (scramble(index) % 100_000).toString().padStart(5, '0');
    return [
      `CORP\\user${number} CN=User ${number},OU=Staff,DC=corp,DC=example `,
      `CertificateTemplate:WebServer ccm:pc${number}.corp.example E=user${number}@corp.example `,
    ].join('');
  });
  return Buffer.from(records.join(''), 'latin1').subarray(0, TEXT_BYTES);
}
