export { containerClient, createContainer, readContainer, sharedAccessSignature } from './azure-containers.ts';
export { type AzureAccess, type AzureServer, type AzuriteOptions, startAzurite } from './azurite.ts';
export { cephMissing, type S3Access, type S3Server, type S3User, startCeph } from './ceph.ts';
export { ContainerAttempts } from './container-attempts.ts';
export { FaultProxy } from './proxy/fault-proxy.ts';
export type { Fault, FaultRule, SeenRequest } from './proxy/faults.ts';
export { S3Attempts } from './s3-attempts.ts';
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
