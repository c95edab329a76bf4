/** The time of a batch: read once for all its packets, milliseconds. */
export class BatchClock {
  /** Unix time, for values that people see. */
  unixMs = 0;
  /**
   * Of a clock that cannot be set, for rates and timeouts: modulo 2^32, signed, so that it is passed on without becoming an
   * object. Only differences mean something, and they too wrap (`| 0`).
   */
  steadyMs = 0;
}
