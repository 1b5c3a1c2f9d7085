import { describe, expect, it } from 'vitest';
import { checkProxies, exceptIdentityServices, proxyText } from '../src/network/proxies.ts';

describe('the proxies of the environment', () => {
  it('are shown without their passwords', () => {
    const environment = {
      HTTPS_PROXY: 'http://user:canary-secret@proxy:3128',
      http_proxy: 'https://other/',
      NO_PROXY: 'localhost,.contoso.com',
    };
    expect(proxyText(environment)).toBe(
      'HTTPS_PROXY: http://proxy:3128, with a user and password; http_proxy: https://other; not for localhost,.contoso.com',
    );
  });

  it('count in lower case first, and not when they are empty', () => {
    expect(proxyText({ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' })).toBe(
      'https_proxy: http://lower:1',
    );
    expect(proxyText({ https_proxy: '', HTTPS_PROXY: 'http://upper:1' })).toBe('HTTPS_PROXY: http://upper:1');
    expect(proxyText({ HTTPS_PROXY: '', NO_PROXY: '*' })).toBe('none: connections are direct');
  });

  it.each(['proxy:3128', 'user:canary@proxy:3128', 'socks5://canary@proxy', 'http://', 'http://canary:x y@:z/'])(
    'are refused by name where they would be taken for none: %s',
    (value) => {
      const check = (): void => checkProxies({ HTTP_PROXY: value });
      expect(check).toThrow(
        expect.objectContaining({
          code: 'invalid-configuration',
          message: 'environment variable HTTP_PROXY is not the URL of a proxy',
          hint: 'Write it like http://proxy.example.com:8080, or remove it where no proxy is needed.',
        }),
      );
    },
  );
});

describe('the identity services of machines', () => {
  it.each([
    [{}, { NO_PROXY: '127.0.0.1,169.254.169.254' }],
    [{ NO_PROXY: '.contoso.com' }, { NO_PROXY: '.contoso.com,127.0.0.1,169.254.169.254' }],
    [
      { no_proxy: 'a', NO_PROXY: 'b' },
      { no_proxy: 'a,127.0.0.1,169.254.169.254', NO_PROXY: 'a,127.0.0.1,169.254.169.254' },
    ],
  ])('are never asked through a proxy: %j', (given, wanted) => {
    const environment: Record<string, string | undefined> = { ...given };
    exceptIdentityServices(environment);
    expect(environment).toEqual(wanted);
  });
});
