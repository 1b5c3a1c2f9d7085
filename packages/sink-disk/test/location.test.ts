import { describe, expect, it, onTestFinished } from 'vitest';
import { diskLocation, sinkPlugin } from '../src/index.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();

describe('diskLocation', () => {
  it.each([
    ['/srv/backup', 'linux', '/srv/backup'],
    ['./relative', 'linux', './relative'],
    ['backups', 'linux', 'backups'],
    ['file:///srv/my%20backup', 'linux', '/srv/my backup'],
    ['FILE:///srv/b', 'linux', '/srv/b'],
    ['file://localhost/srv/b', 'linux', '/srv/b'],
    ['D:\\Backups', 'win32', 'D:\\Backups'],
    ['d:/Backups', 'win32', 'd:/Backups'],
    ['\\\\nas\\share\\ca', 'win32', '\\\\nas\\share\\ca'],
    ['\\\\?\\D:\\Backups', 'win32', 'D:\\Backups'],
    ['\\\\?\\D:\\', 'win32', 'D:\\'],
    ['\\\\?\\UNC\\nas\\share\\ca', 'win32', '\\\\nas\\share\\ca'],
    ['\\\\?\\Volume{a}\\ca', 'win32', '\\\\?\\Volume{a}\\ca'],
    ['D:\\', 'win32', 'D:\\'],
    ['..\\Backups\\.hidden', 'win32', '..\\Backups\\.hidden'],
    ['.', 'win32', '.'],
    ['/srv/nul/ends.', 'linux', '/srv/nul/ends.'],
    ['//nas/share/ca', 'win32', '//nas/share/ca'],
    ['.\\relative', 'win32', '.\\relative'],
    ['file:///D:/Backups/ca01', 'win32', 'D:\\Backups\\ca01'],
    ['file://D:/Backups', 'win32', 'D:\\Backups'],
    ['file://nas/share/ca', 'win32', '\\\\nas\\share\\ca'],
  ] as const)('reads %s on %s as the folder %s', (text, platform, folder) => {
    expect(diskLocation(text, platform)).toBe(folder);
  });

  it.each(['s3://bucket/prefix', 'azblob://account/container', 'sftp://host/x', 's3:bucket'])(
    'leaves %s to other sinks',
    (text) => {
      expect(diskLocation(text, 'linux')).toBeUndefined();
      expect(diskLocation(text, 'win32')).toBeUndefined();
    },
  );

  it.each([
    ['', 'linux', /Name a folder/],
    ['a\0b', 'linux', /Name a folder/],
    ['D:\\Backups', 'linux', /Windows path/],
    ['\\\\nas\\share', 'linux', /Windows path/],
    ['file://nas/share/ca', 'linux', /file:\/\/\/srv\/backup/],
    ['file:///a%2Fb', 'linux', /file:\/\/\/srv\/backup/],
    ['file:///srv/b?x=1', 'linux', /without a query/],
    ['file:///srv/b#x', 'linux', /without a query/],
    ['file:relative', 'linux', /file:\/\/\/srv\/backup/],
    ['D:', 'win32', /full path/],
    ['D:Backups', 'win32', /full path/],
    ['D:\\nul', 'win32', /called "nul"/],
    ['D:/aux/ca', 'win32', /called "aux"/],
    ['CON', 'win32', /called "CON"/],
    ['\\\\nas\\share\\com1.txt', 'win32', /called "com1.txt"/],
    ['D:\\ends.', 'win32', /called "ends."/],
    ['D:\\ends \\ca', 'win32', /called "ends "/],
    ['file:///D:/nul', 'win32', /called "nul"/],
    ['file:///srv/backup', 'win32', /file:\/\/\/D:\/Backups/],
  ] as const)('refuses %j on %s with a remedy', (text, platform, hint) => {
    expect(() => diskLocation(text, platform)).toThrowError(
      expect.objectContaining({ code: 'invalid-location', hint: expect.stringMatching(hint) }),
    );
  });
});

describe('the disk plug-in', () => {
  it('opens the folder that a file: URL names', async () => {
    const folder = await temp.make('by url');
    const sink = await sinkPlugin.open(new URL(`file://${folder.replaceAll(' ', '%20')}`));
    onTestFinished(() => sink[Symbol.asyncDispose]());
    expect(sink.location).toBe(folder);
    expect(sinkPlugin.schemes).toEqual(['file']);
  });

  it('refuses a URL of another scheme', async () => {
    await expect(sinkPlugin.open(new URL('s3://bucket'))).rejects.toMatchObject({ code: 'invalid-location' });
  });
});
