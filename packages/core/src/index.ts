export * from './certsrv.ts';
export * from './errors.ts';
