/** The daemon's side of the control server: one method per command of control.proto. */
import type { ipsec_relay } from './generated/control.js';

/** Fields as they are asked for; a decoded message has every default in place. */
export type SaRequest = ipsec_relay.control.v1.SaRequest.$Properties;
export type Sa = ipsec_relay.control.v1.Sa.$Properties;
export type Status = ipsec_relay.control.v1.Status.$Properties;
export type AddedSa = ipsec_relay.control.v1.AddedSa.$Properties;
export type ExchangeSummary = ipsec_relay.control.v1.ExchangeSummary.$Properties;
export type FastPathSummary = ipsec_relay.control.v1.FastPath.$Properties;
export type Second = ipsec_relay.control.v1.Second.$Properties;
export type Service = ipsec_relay.control.v1.Service.$Properties;
export type SecondChange = ipsec_relay.control.v1.SetSecondRequest.$Properties;
export type Leg = ipsec_relay.control.v1.Leg.$Properties;
export type Connection = ipsec_relay.control.v1.Connection.$Properties;
export type ControlEvent = ipsec_relay.control.v1.Event.$Properties;

/** Which connections are asked for; empty: any. */
export interface ConnectionFilter {
  readonly state: string;
  readonly service: string;
  readonly second: string;
}

/** Thrown by a handler to refuse; the client gets the one sentence and the exit status that goes with `kind`. */
export class Refusal extends Error {
  /** `usage`: the request makes no sense as it is written; `refused`: it does, but not here and now. */
  readonly kind: 'refused' | 'usage';
  /** Of an AddSas request: which SA it is about, counted from 1; 0: none in particular. */
  readonly position: number;

  constructor(message: string, kind: 'refused' | 'usage' = 'refused', position = 0) {
    super(message);
    this.kind = kind;
    this.position = position;
  }
}

/** Every method may throw (or reject with) a {@link Refusal}; anything else it throws is logged as a fault. */
export interface ControlHandler {
  status(): Status;
  /**
   * Resolves once every SA is in the SAD and durable; all or nothing. Refuses with the position of the first bad one.
   * @param replace one with the same match takes the new words, instead of being in the way
   */
  addSas(requests: readonly SaRequest[], replace: boolean): Promise<AddedSa[]>;
  /** SAs with id > after, ascending, at most `limit` (1–4096). */
  listSas(after: number, limit: number): { sas: Sa[]; more: boolean };
  /** Refuses when there is none. */
  showSa(id: number): Sa;
  /** Resolves with how many are gone; refuses when there is none. */
  deleteById(id: number): Promise<number>;
  /** Resolves with how many are gone; refuses when there is none. */
  deleteByName(name: string): Promise<number>;
  flush(): Promise<number>;
  listSeconds(): Second[];
  listServices(): Service[];
  /** Returns one sentence for the person; refuses when there is no such second. */
  setSecond(change: SecondChange): string;
  /** Connections with id > after that are `wanted`, ascending, at most `limit` (1–4096); `last` is the last id looked at. */
  listConnections(
    after: number,
    limit: number,
    wanted: ConnectionFilter,
  ): { connections: Connection[]; more: boolean; last: number };
  /** Refuses when there is none. */
  showConnection(id: number): Connection;
  /** Resolves with how many SAs are gone; refuses when there is no such connection. */
  deleteConnection(id: number): Promise<number>;
  /** Re-reads the configuration; resolves with one sentence for the person. */
  reload(): Promise<string>;
  /**
   * Begins the shutdown and returns at once; the client gets its answer afterwards. The daemon closes the
   * control server as its last act: the client takes the end of the connection for the end of the daemon.
   */
  stop(): void;
  /** Calls `listener` for each event until the returned function is called. */
  onEvent(listener: (event: ControlEvent) => void): () => void;
}
