/** The endpoint's counters: written by its worker, read by the control thread. Float64: exact to 2^53. */
import { VERDICTS } from './verdict.js';

/** Packets that the endpoint makes itself, counted apart: ICMP errors into the TUN device, NAT keepalives. */
export const ORIGINATED = ['icmp-error', 'keepalive'] as const;
export const ORIGINATED_ICMP_ERROR = 0;
export const ORIGINATED_KEEPALIVE = 1;

/** Numbers of one SA: packets, bytes of the packets inside, Unix time of the last in ms, last or highest sequence number. */
const SA_NUMBERS = 4;

type Shared = Float64Array<SharedArrayBuffer>;

/** Structured-cloneable: the same memory in every thread. */
export interface CounterMemory {
  /** Packets of each verdict, then bytes of each. */
  readonly verdicts: Shared;
  readonly originated: Shared;
  readonly sas: Shared;
}

export function createCounterMemory(sas: number): CounterMemory {
  const shared = (length: number) => new Float64Array(new SharedArrayBuffer(length * 8));
  return {
    verdicts: shared(VERDICTS.length * 2),
    originated: shared(ORIGINATED.length),
    sas: shared(sas * SA_NUMBERS),
  };
}

export interface SaCounters {
  readonly packets: number;
  readonly bytes: number;
  /** Unix time, ms; 0: none yet. */
  readonly lastMs: number;
  /** Last sequence number sent, or highest received. */
  readonly sequence: number;
}

export class EndpointCounters {
  readonly #verdicts: Shared;
  readonly #originated: Shared;
  readonly #sas: Shared;

  constructor({ verdicts, originated, sas }: CounterMemory) {
    this.#verdicts = verdicts;
    this.#originated = originated;
    this.#sas = sas;
  }

  count(verdict: number, bytes: number): void {
    this.#verdicts[verdict]!++;
    this.#verdicts[VERDICTS.length + verdict]! += bytes;
  }

  countOriginated(kind: number): void {
    this.#originated[kind]!++;
  }

  countSa(sa: number, bytes: number, nowMs: number, sequence: number): void {
    const at = sa * SA_NUMBERS;
    this.#sas[at]!++;
    this.#sas[at + 1]! += bytes;
    this.#sas[at + 2] = nowMs;
    this.#sas[at + 3] = sequence;
  }

  /** One a verdict, in the order of VERDICTS. */
  verdicts(): { verdict: string; packets: number; bytes: number }[] {
    return VERDICTS.map((verdict, i) => ({
      verdict,
      packets: this.#verdicts[i]!,
      bytes: this.#verdicts[VERDICTS.length + i]!,
    }));
  }

  originated(): { name: string; packets: number }[] {
    return ORIGINATED.map((name, i) => ({ name, packets: this.#originated[i]! }));
  }

  sa(number: number): SaCounters {
    const [packets, bytes, lastMs, sequence] = this.#sas.subarray(
      number * SA_NUMBERS,
      (number + 1) * SA_NUMBERS,
    );
    return { packets: packets!, bytes: bytes!, lastMs: lastMs!, sequence: sequence! };
  }
}
