import { describe, expect, it } from 'vitest';
import { fileSystemOf } from '../src/machine.ts';

const mounts = `/dev/vda / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
/dev/vdb /tmp/with\\040blank xfs rw 0 0
server:/share /srv nfs4 rw 0 0
/dev/vdc /srv btrfs rw 0 0
`;

describe('fileSystemOf', () => {
  it.each([
    ['/home/anybody', 'ext4'],
    ['/tmp', 'tmpfs'],
    ['/tmp/with blank/bench', 'xfs'],
    ['/tmpfile', 'ext4'],
    ['/srv/data', 'btrfs'],
  ])('finds the file system of %s', (path, type) => {
    expect(fileSystemOf(path, mounts)).toBe(type);
  });

  it('knows none without mounts', () => {
    expect(fileSystemOf('/tmp', '')).toBe('unknown');
  });
});
