/** Who else may do something with a file, and what an administrator types to keep them out. */
export interface OpenToOthers {
  /** `by BUILTIN\Users`, `by its group or by others (mode 664)`. */
  readonly who: string;
  /** Full sentence. */
  readonly remedy: string;
}
