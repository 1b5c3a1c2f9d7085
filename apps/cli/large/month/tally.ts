/** What a month brought, counted. */
export class Tally {
  paths = 0;
  runs = 0;
  /** Sets by what they are: `sound full`, `suspect logs-only`, … */
  readonly sets: Map<string, number> = new Map();
  readonly events: Map<string, number> = new Map();
  readonly exitCodes: Map<string, number> = new Map();
  /** Disturbances by kind. */
  readonly disturbances: Map<string, number> = new Map();
  /** Why `auto` took a full set. */
  readonly reasons: Map<string, number> = new Map();
  /** Runs that a CA needed to come back to a sound set. */
  readonly recoveries: Map<string, number> = new Map();
  readonly checks: Map<string, number> = new Map();
  mostLogs = 0;

  count(map: Map<string, number>, key: string): void {
    map.set(key, (map.get(key) ?? 0) + 1);
  }

  table(): string {
    const rows: [string, ReadonlyMap<string, number>][] = [
      ['sets', this.sets],
      ['exit codes', this.exitCodes],
      ['what was done to runs', this.disturbances],
      ['what was done to the CA', this.events],
      ['why auto took a full', this.reasons],
      ['auto runs until sound again', this.recoveries],
      ['checked', this.checks],
    ];
    return [`runs: ${this.runs}; most logs after a truncation: ${this.mostLogs}`, ...rows.flatMap(section)].join('\n');
  }
}

function section([title, counts]: [string, ReadonlyMap<string, number>]): string[] {
  const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return [`${title}:`, ...sorted.map(([key, count]) => `${String(count).padStart(6)}  ${key}`)];
}
