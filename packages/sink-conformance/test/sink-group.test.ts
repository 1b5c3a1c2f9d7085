import type { MemoryObject } from '@adcs-backup/core/testing';
import { describe, it } from 'vitest';
import { SinkGroup } from '../../core/src/group/sink-group.ts';
import { SinkMember } from '../../core/src/group/sink-member.ts';
import { testSinkConformance } from '../src/index.ts';
import { MemorySinkOn } from './memory-sink-on.ts';

/** A run takes its sinks for one: so the group keeps the contract as long as none of them fails. */

const places = [new Map<string, MemoryObject>(), new Map<string, MemoryObject>()];

testSinkConformance(
  { describe, it },
  {
    name: 'a group of two sinks in memory',
    open: async () => {
      const members = places.map((place) => new SinkMember(new MemorySinkOn(place), 60_000));
      return new SinkGroup(members, () => undefined);
    },
  },
);
