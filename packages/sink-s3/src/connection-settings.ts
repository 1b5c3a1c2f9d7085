import type { SinkSetting } from '@adcs-backup/core/sink';
import type { Call } from './call.ts';

/** What can be said of the way to the server. */

/** Servers begin to refuse signatures at 15 minutes. */
const alarmingMs = 5 * 60_000;

/** How far the clocks of server and machine are apart, if the server told the time. */
export function clockSetting(headers: Call['headers'], now: Date): readonly SinkSetting[] {
  const server = new Date(headers.date ?? Number.NaN);
  if (Number.isNaN(server.getTime())) return [];
  const aheadMs = now.getTime() - server.getTime();
  const apart = `${Math.abs(Math.round(aheadMs / 1000))} seconds`;
  const message = `this machine's clock is ${apart} ${aheadMs < 0 ? 'behind' : 'ahead of'} the server's`;
  return [
    {
      name: 'clock',
      state: 'on',
      message,
      ...(Math.abs(aheadMs) < alarmingMs
        ? {}
        : { warning: 'Set the clock of this machine: servers refuse requests that are 15 minutes off.' }),
    },
  ];
}

/** Nothing is said of what is as it should be. */
export function transportSettings(endpoint: string | undefined): readonly SinkSetting[] {
  const url = endpoint === undefined ? null : URL.parse(endpoint);
  if (url?.protocol !== 'http:' || /^(localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname)) return [];
  const warning = 'Whoever is on the way can read what is stored: give the endpoint a certificate, and write https.';
  return [{ name: 'transport', state: 'off', message: 'the connection is not encrypted', warning }];
}
