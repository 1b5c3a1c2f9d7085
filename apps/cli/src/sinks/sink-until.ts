import type { BackupSink } from '@adcs-backup/core/sink';

/** The sink, whose every call is aborted by `signal`, too. */
export function sinkUntil(sink: BackupSink, signal: AbortSignal): BackupSink {
  const until = <T extends { readonly signal?: AbortSignal | undefined }>(
    options: T | undefined,
  ): T & { signal: AbortSignal } => {
    const given = options?.signal;
    return Object.assign({}, options, { signal: given === undefined ? signal : AbortSignal.any([given, signal]) });
  };
  const { versions, settings } = sink;
  return {
    sinkApi: sink.sinkApi,
    location: sink.location,
    supports: sink.supports,
    put: (key, body, options) => sink.put(key, body, until(options)),
    get: (key, options) => sink.get(key, until(options)),
    stat: (key, options) => sink.stat(key, until(options)),
    list: (prefix, options) => sink.list(prefix, until(options)),
    delete: (key, options) => sink.delete(key, until(options)),
    ...(versions === undefined ? {} : { versions: (key, options) => versions.call(sink, key, until(options)) }),
    ...(settings === undefined ? {} : { settings: (options) => settings.call(sink, until(options)) }),
    [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
  };
}
