/** The settings of the data plane; structured-cloneable. */
export interface DataPlaneSettings {
  /** UDP over IPv6 may arrive without checksum, and leaves so where the relay makes the UDP header (RFC 6935, RFC 6936). */
  readonly udp6ZeroChecksum: boolean;
  /** Packets that are not about an SA are forwarded unchanged, because the addresses are the host's own (shared-address mode) or others' (edge). */
  readonly passesOthers: boolean;
  /** ICMP errors that a worker makes, and echo requests that it answers, each per second. */
  readonly icmpRate: number;
  /** ICMP errors that a worker translates, per second. */
  readonly icmpTranslateRate: number;
}

export const DEFAULT_SETTINGS: DataPlaneSettings = {
  udp6ZeroChecksum: false,
  passesOthers: false,
  icmpRate: 100,
  icmpTranslateRate: 1000,
};
