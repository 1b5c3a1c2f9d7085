import { changed, type FaultyGroup } from '../fault.ts';

export const capabilities: FaultyGroup = {
  group: 'capabilities',
  faults: [
    {
      name: 'does not say where it is',
      fails: ['says where it is and which version of the contract it keeps'],
      wrap: ({ sink }) => changed(sink, { location: '' }),
    },
    {
      name: 'supports more than was declared',
      fails: ['supports what was declared'],
      wrap: ({ sink }) => changed(sink, { supports: { retention: false, versions: true } }),
    },
    {
      name: 'supports pacing, which was not declared',
      fails: ['supports what was declared'],
      wrap: ({ sink }) => changed(sink, { supports: { retention: false, versions: false, pacing: true } }),
    },
  ],
};
