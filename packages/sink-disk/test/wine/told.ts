/** What goes between the two sides. */

export interface WindowsCheck {
  readonly name: string;
  /** Why it isn't run. */
  readonly skip?: string | undefined;
  run(): Promise<void>;
}

export interface Told {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly message?: string;
}
