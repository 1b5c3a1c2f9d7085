import type { SourceFileRole } from '../certsrv.ts';
import { contentCheckOf } from '../chain/check-contents.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { readFileInOrder } from '../store/file-reader.ts';
import { manifestKey } from '../store/layout.ts';
import type { ContentFinding, FileRecord, Manifest } from '../store/manifest.ts';
import type { OlderVersions } from '../store/older-versions.ts';
import { isStoredFault } from '../store/stored-fault.ts';
import type { SetFindings } from './set-findings.ts';
import type { SetVerdict } from './set-verdict.ts';
import type { VerifyOptions } from './verify.ts';

interface CheckingAgain {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly findings: SetFindings;
}

/**
 * Checks every page and log segment of a stored set as it was checked when it came from the CA. What
 * was found then is known; anything else is a finding.
 */
export async function checkAgain(
  { sink, manifest, findings }: CheckingAgain,
  options: VerifyOptions,
): Promise<Pick<SetVerdict, 'contentFindings' | 'filesChecked'>> {
  const { label, chain, ca } = manifest;
  const key = manifestKey({ caId: ca.id, chain, label: { text: label } });
  const known = new Set(manifest.findings.map(({ message }) => message));
  const contentFindings: ContentFinding[] = [...manifest.findings];
  const files = manifest.files.filter(isChecked);
  let doneBytes = 0;
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const file of files) {
    const onBytes = (length: number): void => {
      doneBytes += length;
      options.observe?.({ type: 'verify-progress', label, doneBytes, totalBytes });
    };
    const source = { sink, manifest, file, olderVersions: findings.olderVersions };
    const found = await checkFile(source, options, onBytes).catch((error: unknown) => {
      if (!isStoredFault(error)) throw error;
      return [{ code: 'unreadable', message: `${file.name}: ${error.message}`, file: file.name }];
    });
    const fresh = found.filter(({ message }) => !known.has(message));
    contentFindings.push(...fresh);
    for (const { message } of fresh) findings.add({ code: 'content-changed', key, message });
  }
  return { contentFindings, filesChecked: files.length };
}

type CheckedFile = FileRecord & { readonly role: SourceFileRole };

function isChecked(file: FileRecord): file is CheckedFile {
  return file.role !== 'dynamic';
}

interface CheckingFile {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly file: CheckedFile;
  readonly olderVersions: OlderVersions;
}

async function checkFile(
  { olderVersions, ...source }: CheckingFile,
  { signal, identities }: VerifyOptions,
  onBytes: (length: number) => void,
): Promise<readonly ContentFinding[]> {
  const check = contentCheckOf(source.file.role, source.file.name);
  for await (const bytes of readFileInOrder(source, { signal, identities, olderVersions })) {
    signal?.throwIfAborted();
    check.feed(bytes);
    onBytes(bytes.length);
  }
  return check.end().findings;
}
