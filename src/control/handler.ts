/** What the daemon does for the control server: one method per command of control.proto. */
import type { ipsec_relay } from './generated/control.js';

type v1 = typeof ipsec_relay.control.v1;
export type SaRequest = ipsec_relay.control.v1.ISaRequest;
export type Sa = ipsec_relay.control.v1.ISa;
export type Status = ipsec_relay.control.v1.IStatus;
export type AddedSa = ipsec_relay.control.v1.IAddedSa;
export type ControlEvent = ipsec_relay.control.v1.IEvent;
export type SaMode = v1['Mode'];

/** Thrown by a handler to refuse; the client gets the one sentence and the exit status that goes with `kind`. */
export class Refusal extends Error {
  readonly kind: 'refused' | 'usage';
  constructor(message: string, kind: 'refused' | 'usage' = 'refused') {
    super(message);
    this.kind = kind;
  }
}

export interface ControlHandler {
  status(): Status;
  /** Resolves once every SA is in the SAD and durable. */
  addSas(requests: readonly SaRequest[]): Promise<AddedSa[]>;
  /** SAs with id > after, ascending, at most `limit`. */
  listSas(after: number, limit: number): { sas: Sa[]; more: boolean };
  /** Throws {@link Refusal} when there is none. */
  showSa(id: number): Sa;
  deleteById(id: number): Promise<number>;
  deleteByName(name: string): Promise<number>;
  flush(): Promise<number>;
  /** Re-reads the configuration; resolves with one sentence for the person. */
  reload(): Promise<string>;
  /** Begins the shutdown; the server answers before its socket closes. */
  stop(): void;
  /** Calls `listener` for each event until the returned function is called. */
  onEvent(listener: (event: ControlEvent) => void): () => void;
}
