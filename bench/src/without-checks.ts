/** Loaded before the command: leaves the check of pages and segments out, so that its cost can be measured. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isCheck = resolved.url.endsWith('/core/src/chain/check-contents.ts');
    return isCheck ? { ...resolved, url: new URL('./header-facts.ts', import.meta.url).href } : resolved;
  },
});
