import { type MemoryObject, MemorySink } from '@adcs-backup/core/testing';

/** A sink in memory on a place that others may be opened on, too. */
export class MemorySinkOn extends MemorySink {
  override readonly objects: Map<string, MemoryObject>;

  constructor(place: Map<string, MemoryObject>) {
    super();
    this.objects = place;
  }
}
