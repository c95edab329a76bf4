/** The time of a batch: read once for all its packets, milliseconds. */
export class BatchClock {
  /** Unix time, for what people see. */
  unixMs = 0;
  /** By a clock that nobody sets, for rates and timeouts. */
  steadyMs = 0;
}
