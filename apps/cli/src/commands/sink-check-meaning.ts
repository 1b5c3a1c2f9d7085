import type { ConformanceGroup } from '@adcs-backup/sink-conformance';

/** What a broken promise means for backups, as a sentence for the operator. */
export const meaningOf: Readonly<Record<ConformanceGroup, string>> = {
  'round trip': 'What is stored does not come back as it was: no set there can be trusted.',
  sizes: 'Sets are made of objects from one byte to 32 MiB: backups would fail, or be cut off.',
  body: 'The sink changes or keeps the memory of the backup: what it stores may not be what the CA gave.',
  'write-once':
    'A second run, or another computer, can replace what a set is made of: sets would be destroyed unseen. ' +
    'Do not store sets there. S3-compatible servers need to honour If-None-Match.',
  atomicity: 'Half an object can be left where a whole one is expected: a set could be sealed that does not restore.',
  'read after write': 'A run may not see what it has just stored: sound sets would be called suspect, or the reverse.',
  ranges: 'Restore and verify read parts of objects: they would fail, or read something else.',
  maxBytes: 'A damaged or foreign object could fill the memory of the computer that reads it.',
  listing: 'Sets are found by listing alone: some would not be seen, and a new run would not build on them.',
  keys: 'Some names of objects are refused or mixed up there: backups of some CAs would fail, or lose objects.',
  deleting: 'Chains that are too old could not be deleted, or more than them would be.',
  cancelling: 'Ctrl-C and time limits would not end a run in good order.',
  errors: 'The backup decides by the errors of the sink whether to try again: it would decide wrongly.',
  disposal: 'A run may not end, or later runs may suffer from it.',
  secrets: 'Credentials, or what the sink prints, would stand in logs and reports.',
  capabilities: 'The sink does not say truly what it is.',
  retention: 'Objects that are to be locked would not be: who can delete them can delete all backups.',
  versions: 'Older versions of a damaged object would not be found, and could not repair a set.',
  pacing: 'A limit for uploads would not be kept: the line of the site could be filled.',
  settings: 'What is said of the settings of the place can not be relied on.',
};
