import { Decrypter } from 'age-encryption';

/** A private age key, which no log and no message can show by accident. */
export class AgeIdentity {
  readonly #secret: string;

  /**
   * @param secret `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`
   * @throws what the age library throws, which quotes the secret: not for people
   */
  constructor(secret: string) {
    new Decrypter().addIdentity(secret);
    this.#secret = secret;
  }

  addTo(decrypter: Decrypter): void {
    decrypter.addIdentity(this.#secret);
  }
}
