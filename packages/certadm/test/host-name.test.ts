import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultServerName, isSameHost, isThisHost } from '../src/files/host-name.ts';

describe('isSameHost', () => {
  it.each([
    ['CA01', 'ca01'],
    ['ca01', 'CA01.corp.example'],
    ['ca01.corp.example', 'CA01.corp.example.'],
    ['ISSUING-CA-EURO', 'issuing-ca-europe-west'],
    ['ISSUING-CA-EURO', 'issuing-ca-europe-west.corp.example'],
  ])('takes %s and %s for the same', (left, right) => {
    expect(isSameHost(left, right)).toBe(true);
    expect(isSameHost(right, left)).toBe(true);
  });

  it.each([
    ['ca01', 'ca02'],
    ['ca01', 'ca010'],
    ['ca01.corp.example', 'ca01.other.example'],
    ['ca01', 'corp.ca01'],
    ['issuing-ca', 'issuing-ca-europe-west'],
  ])('tells %s from %s', (left, right) => {
    expect(isSameHost(left, right)).toBe(false);
    expect(isSameHost(right, left)).toBe(false);
  });
});

describe('isThisHost', () => {
  it('knows the default server and the forms of localhost', () => {
    expect(defaultServerName()).toBe(hostname());
    expect([defaultServerName(), 'LOCALHOST', '127.0.0.1', '::1', '.'].map(isThisHost)).not.toContain(false);
    expect(isThisHost(`not-${hostname()}`)).toBe(false);
  });
});
