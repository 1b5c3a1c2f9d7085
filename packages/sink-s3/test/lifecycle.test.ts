import type { LifecycleRule } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { lifecycleSetting } from '../src/lifecycle.ts';

const expires = { ID: 'clean-up', Status: 'Enabled', Expiration: { Days: 30 } } as const;

describe('lifecycleSetting', () => {
  it.each<[string, LifecycleRule]>([
    ['everything', expires],
    ['everything, in an old way', { ...expires, Prefix: '' }],
    ['a prefix of ours', { ...expires, Filter: { Prefix: 'ca' } }],
    ['our prefix', { ...expires, Prefix: 'ca01/' }],
    ['some of our objects', { ...expires, Filter: { Prefix: 'ca01/data/' } }],
    ['some of our objects by size', { ...expires, Filter: { And: { Prefix: 'ca01/', ObjectSizeGreaterThan: 1000 } } }],
  ])('warns of a rule that deletes %s', (_, rule) => {
    const setting = lifecycleSetting([rule], 'ca01/');
    expect(setting).toMatchObject({
      name: 'lifecycle',
      state: 'on',
      warning: expect.stringMatching(/"clean-up" deletes objects after 30 days/),
    });
  });

  it.each<[string, LifecycleRule]>([
    ['is off', { ...expires, Status: 'Disabled' }],
    ['is about other objects', { ...expires, Filter: { Prefix: 'logs/' } }],
    ['needs a tag', { ...expires, Filter: { Tag: { Key: 'a', Value: 'b' } } }],
    ['needs tags', { ...expires, Filter: { And: { Prefix: 'ca01/', Tags: [{ Key: 'a', Value: 'b' }] } } }],
  ])('is silent about a rule that %s', (_, rule) => {
    const setting = lifecycleSetting([rule], 'ca01/');
    expect(setting).toEqual({ name: 'lifecycle', state: 'off', message: 'none of 1 rules is about these objects' });
  });

  it.each<[string, LifecycleRule, RegExp]>([
    [
      'deletes on a day',
      { Status: 'Enabled', Expiration: { Date: new Date('2027-01-02') } },
      /without a name" deletes objects on 2027-01-02/,
    ],
    [
      'deletes older versions',
      { ...expires, Expiration: undefined, NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
      /after 7 days: older versions/,
    ],
    [
      'moves objects into an archive',
      { ...expires, Expiration: undefined, Transitions: [{ Days: 1, StorageClass: 'DEEP_ARCHIVE' }] },
      /into an archive/,
    ],
    [
      'moves versions into an archive',
      { ...expires, Expiration: undefined, NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER' }] },
      /into an archive/,
    ],
  ])('warns of a rule that %s', (_, rule, warning) => {
    expect(lifecycleSetting([rule], 'ca01/').warning).toMatch(warning);
  });

  it('takes rules that harm nothing as they are', () => {
    const rules: LifecycleRule[] = [
      { ID: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      { ID: 'cheaper', Status: 'Enabled', Transitions: [{ Days: 30, StorageClass: 'GLACIER_IR' }] },
      { ID: 'markers', Status: 'Enabled', Expiration: { ExpiredObjectDeleteMarker: true } },
    ];
    const setting = lifecycleSetting(rules, '');
    expect(setting.message).toBe('3 of 3 rules are about these objects: "parts", "cheaper", "markers"');
    expect(setting.warning).toBeUndefined();
    expect(lifecycleSetting([], '')).toEqual({ name: 'lifecycle', state: 'off', message: 'no rules' });
  });
});
