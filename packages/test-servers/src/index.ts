export { containerClient, createContainer, readContainer, sharedAccessSignature } from './azure-containers.ts';
export { type AzureAccess, type AzureServer, type AzuriteOptions, startAzurite } from './azurite.ts';
export { cephMissing, type S3Access, type S3Server, type S3User, startCeph } from './ceph.ts';
export { FaultProxy } from './proxy/fault-proxy.ts';
export type { Fault, FaultRule, SeenRequest } from './proxy/faults.ts';
export {
  type BucketOptions,
  bytesInBucket,
  createBucket,
  readBucket,
  s3Client,
  setBucketPolicy,
} from './s3-buckets.ts';
export { deleteObject, replaceObject, turnOnVersions } from './s3-owner.ts';
export { type SftpAccess, type SftpServer, sshdMissing, startSshd } from './sshd.ts';
