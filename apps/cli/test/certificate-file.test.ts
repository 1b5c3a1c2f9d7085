import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCertificateFile } from '../src/network/certificate-file.ts';
import { inDer, newAuthority, newServerCertificate } from './certificates.ts';
import { newFolder } from './place.ts';

/** Later than the certificates are made. */
const now = new Date(Date.now() + 3_600_000);
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);

async function fileOf(...parts: readonly string[]): Promise<string> {
  const path = join(await newFolder(), 'all.pem');
  const texts = await Promise.all(parts.map((part) => readFile(part, 'utf8')));
  await writeFile(path, `# trusted here\n${texts.join('some words between\n')}`);
  return path;
}

describe('the file of --ca-file', () => {
  it('may hold several certificates, with words between them', async () => {
    const folder = await newFolder();
    const [root, other] = [await newAuthority(folder, 'Root'), await newAuthority(folder, 'Other')];
    const found = readCertificateFile(await fileOf(root.certificate, other.certificate, root.key), now);
    expect(found.map(({ subject, fault }) => [subject, fault])).toEqual([
      ['O=Contoso, CN=Root', undefined],
      ['O=Contoso, CN=Other', undefined],
    ]);
    expect(found[0]?.pem).toBe(await readFile(root.certificate, 'utf8'));
    expect(Math.round((Number(found[0]?.validTo) - now.getTime()) / 86_400_000)).toBe(10);
  });

  it('may be the DER that Windows exports', async () => {
    const root = await newAuthority(await newFolder(), 'Root');
    expect(readCertificateFile(await inDer(root), now)).toMatchObject([{ subject: 'O=Contoso, CN=Root' }]);
  });

  it("may be a server's own certificate where that is signed by itself", async () => {
    const { certificate } = await newServerCertificate(await newFolder());
    expect(readCertificateFile(certificate, now)).toMatchObject([{ subject: 'CN=localhost', fault: undefined }]);
  });

  it('names what is of no use beside what is', async () => {
    const folder = await newFolder();
    const root = await newAuthority(folder, 'Root');
    const server = await newServerCertificate(folder, root);
    const found = readCertificateFile(await fileOf(server.certificate, root.certificate), now);
    expect(found.map(({ fault }) => fault)).toEqual(['is not the certificate of an authority', undefined]);
  });

  it('is refused when nothing in it is of use', async () => {
    const folder = await newFolder();
    const root = await newAuthority(folder, 'Root');
    const server = await newServerCertificate(folder, root);
    const refused = (path: string, at: Date, message: RegExp): void => {
      expect(() => readCertificateFile(path, at)).toThrow(
        expect.objectContaining({
          code: 'invalid-configuration',
          message: expect.stringMatching(message),
          hint: expect.stringContaining('PEM file'),
        }),
      );
    };
    refused(root.certificate, days(11), /: O=Contoso, CN=Root expired on \d{4}-\d\d-\d\d$/);
    refused(root.certificate, days(-1), /: O=Contoso, CN=Root is not valid before \d{4}-\d\d-\d\d$/);
    refused(server.certificate, now, /: CN=localhost is not the certificate of an authority$/);
    refused(root.key, now, /certificate file \S+Root\.key holds no certificate$/);
    refused(join(folder, 'none.pem'), now, /can't be read: ENOENT/);
    const damaged = join(folder, 'damaged.pem');
    await writeFile(damaged, (await readFile(root.certificate, 'utf8')).replace(/MII/, 'AAA'));
    refused(damaged, now, /holds a damaged certificate$/);
  });
});
