import { describe, expect, it } from 'vitest';
import { eachPiece, type Piece } from '../src/pieces.ts';

const pass = (): Promise<void> => new Promise(setImmediate);

describe('the pieces of an object', () => {
  it.each([0, 1, 32_767, 32_768, 32_769, 65_536, 3_000_000])(
    'of %d bytes are all of it, each byte once',
    async (bytes) => {
      const pieces: Piece[] = [];
      await eachPiece(bytes, { before: pass, work: async (piece) => void pieces.push(piece) });
      let end = 0;
      for (const { offset, length } of pieces) {
        expect(offset).toBe(end);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(65_536);
        end += length;
      }
      expect(end).toBe(bytes);
    },
  );

  it('are allowed one after the other, and worked on at once, no more than 32', async () => {
    let allowing = 0;
    let working = 0;
    let most = 0;
    await eachPiece(10_000_000, {
      before: async () => {
        allowing += 1;
        expect(allowing).toBe(1);
        await Promise.resolve();
        allowing -= 1;
      },
      work: async () => {
        working += 1;
        most = Math.max(most, working);
        await pass();
        working -= 1;
      },
    });
    expect(most).toBe(32);
  });

  it('end after the first failure, when what was under way has ended', async () => {
    let running = 0;
    let begun = 0;
    const sending = eachPiece(10_000_000, {
      before: () => Promise.resolve(),
      work: async ({ offset }) => {
        running += 1;
        begun += 1;
        await pass();
        running -= 1;
        if (offset === 0) throw new Error('the first one');
      },
    });
    await expect(sending).rejects.toThrow('the first one');
    expect(running).toBe(0);
    expect(begun).toBeLessThan(100);
  });

  it('end when one is not allowed, when what was under way has ended', async () => {
    let running = 0;
    const sending = eachPiece(10_000_000, {
      before: async ({ offset }) => {
        if (offset > 100_000) throw new Error('enough');
      },
      work: async () => {
        running += 1;
        await pass();
        running -= 1;
      },
    });
    await expect(sending).rejects.toThrow('enough');
    expect(running).toBe(0);
  });
});
