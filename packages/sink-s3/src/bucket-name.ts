/** Why `name` can't be a bucket of objects; undefined when it can. Amazon's rules, which other servers share. */
export function bucketFault(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return 'it has 3 to 63 characters';
  if (!/^[a-z0-9.-]+$/.test(name)) return 'only a-z 0-9 - . are allowed';
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'it begins and ends with a letter or digit';
  if (name.includes('..')) return 'it has no two dots in a row';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'it is not an IP address';
  // Listed in no order, which a sink must keep.
  if (name.endsWith('--x-s3')) return 'directory buckets (S3 Express) are not supported';
  return undefined;
}
