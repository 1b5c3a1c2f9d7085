export { builtOn } from './built-on.ts';
