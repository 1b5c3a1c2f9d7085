import { AdcsBackupError } from '@adcs-backup/core';
import { describe, expect, it } from 'vitest';
import { azureBlobError } from '../src/errors.ts';

function failure(fields: Readonly<Record<string, unknown>>, message: string = 'it failed'): Error {
  return Object.assign(new Error(message), fields);
}

describe('azureBlobError', () => {
  it.each([
    ['ECONNRESET', 'sink-unreachable', true, /HTTPS_PROXY/],
    ['ENOTFOUND', 'sink-unreachable', true, /name of the storage account/],
    ['HPE_INVALID_CONSTANT', 'sink-unreachable', true, /HTTPS_PROXY/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'sink-unreachable', false, /--ca-file/],
    ['CERT_HAS_EXPIRED', 'sink-unreachable', false, /--ca-file/],
    ['ERR_PROXY_TUNNEL', 'sink-unreachable', false, /NO_PROXY/],
  ])('takes the system code %s for %s', (systemCode, ...[code, retryable, hint]) => {
    const error = azureBlobError("can't read object a", failure({ code: systemCode }));
    expect(error).toMatchObject({ code, retryable, hint: expect.stringMatching(hint) });
    expect(error.message).toBe(`can't read object a: it failed (${systemCode})`);
  });

  it.each([
    [407, undefined, 'sink-unreachable', false],
    [401, undefined, 'sink-denied', false],
    [403, 'KeyBasedAuthenticationNotPermitted', 'sink-denied', false],
    [409, 'ContainerBeingDeleted', 'invalid-location', false],
    [409, 'SnapshotsPresent', 'sink-denied', false],
    [500, 'NeverHeardOf', 'sink-unreachable', true],
  ])('takes the status %d %s for %s', (statusCode, serverCode, ...[code, retryable]) => {
    expect(azureBlobError('x', failure({ statusCode, code: serverCode }))).toMatchObject({ code, retryable });
  });

  it('lists the ways to credentials when none were found', () => {
    const tried = failure({ name: 'AggregateAuthenticationError' }, 'Chained.\nA is unavailable.\nB is unavailable.');
    const error = azureBlobError("can't list", tried);
    expect(error).toMatchObject({
      code: 'sink-denied',
      retryable: false,
      message: "can't list: no credentials for Azure were found",
    });
    expect(error.hint).toMatch(/AZURE_STORAGE_SAS_TOKEN.*managed.*AZURE_CLIENT_CERTIFICATE_PATH/);
    expect(error.cause).toMatchObject({ message: 'Chained.; A is unavailable.; B is unavailable.' });
  });

  it('says why Microsoft Entra refused', () => {
    const refused = failure({ name: 'AuthenticationError', statusCode: 401 }, 'invalid_client\nAADSTS7000222: expired');
    expect(azureBlobError("can't list", refused).message).toBe(
      "can't list: Microsoft Entra refused: invalid_client; AADSTS7000222: expired",
    );
  });

  it('keeps the code of an error that has no message', () => {
    expect(azureBlobError('x', failure({ code: 'ECONNREFUSED' }, '')).message).toBe('x: ECONNREFUSED');
  });

  it.each([
    'tunnel via http://user:canary@proxy:3128 failed',
    'GET https://account/c?sv=1&sig=canary%2Fx&se=2 failed',
    "The MAC signature found in the HTTP request 'canary=' is not the same",
    'AccountName=a;AccountKey=canary==;',
    'client_secret=canary&x=1',
  ])('hides what looks like a credential in: %s', (message) => {
    const error = azureBlobError('x', failure({}, message));
    expect(`${error.message} ${JSON.stringify(error.cause)} ${error.stack}`).not.toContain('canary');
  });

  it('shows nothing of the request and the response', () => {
    const request = { url: 'https://account/c?sig=canary', headers: { authorization: 'canary' } };
    const error = azureBlobError('x', failure({ request, response: { request, headers: new Map() }, statusCode: 400 }));
    expect({ ...(error.cause instanceof Error ? error.cause : {}) }).toEqual({ name: 'Error', statusCode: 400 });
  });

  it('keeps errors that already say what they mean, and takes anything that is thrown', () => {
    const own = new AdcsBackupError('object-too-large', 'too large');
    expect(azureBlobError('x', own)).toBe(own);
    expect(azureBlobError('x', 'a text')).toMatchObject({ code: 'sink-failed', message: 'x: a text' });
  });
});
