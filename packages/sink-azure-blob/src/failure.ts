/** What is known of a failed call of the SDK, without what must not be shown. */
export interface Failure {
  readonly name: string;
  /** The server's own word, for example `ContainerNotFound`; undefined when it said nothing. */
  readonly serverCode: string | undefined;
  readonly status: number | undefined;
  /** Of the network, of TLS, of Node. */
  readonly systemCode: string | undefined;
  readonly message: string;
  /** How far the server's clock is ahead of this one's. */
  readonly aheadMs: number | undefined;
  /** What Microsoft's support asks for. */
  readonly requestId: string | undefined;
}

/** Never follows the error's request and response further than this: they hold the credentials. */
export function failureOf(error: unknown): Failure {
  const status = numberOf(fieldOf(error, 'statusCode'));
  const headers = fieldOf(fieldOf(error, 'response'), 'headers');
  const code = textOf(fieldOf(error, 'code')) ?? textOf(fieldOf(fieldOf(error, 'cause'), 'code'));
  const date = headerOf(headers, 'date');
  return {
    name: textOf(fieldOf(error, 'name')) ?? 'Error',
    serverCode: headerOf(headers, 'x-ms-error-code') ?? (status === undefined ? undefined : code),
    status,
    systemCode: status === undefined ? code : undefined,
    message: shown(error),
    aheadMs: date === undefined ? undefined : new Date(date).getTime() - Date.now(),
    requestId: headerOf(headers, 'x-ms-request-id'),
  };
}

/** The error underneath, as far as it may be shown. */
export function causeOf(error: unknown): Error {
  const { name, serverCode, status, systemCode, message, requestId } = failureOf(error);
  const known = { code: serverCode ?? systemCode, statusCode: status, requestId };
  const fields = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return Object.assign(new Error(message), { name }, fields);
}

/** In a message: what happened, and the word to look it up by. */
export function describe(error: unknown): string {
  const { serverCode, status, systemCode, message } = failureOf(error);
  const code = serverCode ?? systemCode ?? (status === undefined ? undefined : `status ${status}`);
  const text = message.replace(/\.+$/, '');
  if (code === undefined || text.includes(code)) return text;
  return text === '' ? code : `${text} (${code})`;
}

const maxShownLength = 2000;

/** In one line, without what looks like a credential. */
function shown(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line !== '' && !/^(?:RequestId|Time):/.test(line));
  return told
    .join('; ')
    .slice(0, maxShownLength)
    .replace(/\/\/[^\s/@]*@/g, '//…@')
    .replace(/\b(sig(?:nature)?|AccountKey|client_secret|access_token)=[^&\s;'"]+/gi, '$1=…')
    .replace(/The MAC signature found in the HTTP request '[^']*'/g, 'The signature');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function headerOf(headers: unknown, name: string): string | undefined {
  const get = fieldOf(headers, 'get');
  return typeof get === 'function' ? textOf(get.call(headers, name)) : undefined;
}
