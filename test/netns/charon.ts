/** Unmodified strongSwan in a guest: charon, driven with swanctl. */
import type { Guest, Topology } from './topology.js';

export interface CharonOptions {
  /** Of the key exchange. */
  readonly local: string;
  /** `%any` for a gateway that anybody may call. */
  readonly remote: string;
  readonly localNet: string;
  readonly remoteNet: string;
  readonly version?: 1 | 2;
  /** Seconds between dead peer detections; 0: none. */
  readonly dpd?: number;
  /** Further lines of the connection. */
  readonly more?: string;
}

const PLUGINS =
  'random nonce aes sha1 sha2 hmac kdf gmp curve25519 openssl pem pkcs1 x509 pubkey constraints kernel-netlink socket-default vici';
const ENVIRONMENT = 'export STRONGSWAN_CONF=/run/swan/strongswan.conf SWANCTL_DIR=/run/swan/swanctl';

export class Charon {
  readonly #topology: Topology;
  readonly #guest: Guest;

  private constructor(topology: Topology, guest: Guest) {
    this.#topology = topology;
    this.#guest = guest;
  }

  /** Starts charon with one connection `vpn`, whose child is `net`, and the pre-shared key of both ends. */
  static async start(topology: Topology, guest: Guest, options: CharonOptions): Promise<Charon> {
    const { local, remote, localNet, remoteNet, version = 2, dpd = 0, more = '' } = options;
    const other = guest === 'first' ? 'second' : 'first';
    const charon = new Charon(topology, guest);
    await topology.guest(
      guest,
      `rm -f /run/charon.vici; mkdir -p /run/swan/swanctl
cat >/run/swan/strongswan.conf <<'CONF'
charon {
  load = ${PLUGINS}
  filelog { stderr { default = 1 } }
  retransmit_timeout = 1
  retransmit_base = 1.4
  keep_alive = 5
}
CONF
cat >/run/swan/swanctl/swanctl.conf <<'CONF'
connections {
  vpn {
    version = ${version}
    local_addrs = ${local}
    remote_addrs = ${remote}
    proposals = aes128-sha256-x25519
    dpd_delay = ${dpd}
    ${more}
    local {
      auth = psk
      id = ${guest}
    }
    remote {
      auth = psk
      id = ${other}
    }
    children {
      net {
        local_ts = ${localNet}
        remote_ts = ${remoteNet}
        esp_proposals = aes128gcm16
      }
    }
  }
}
secrets {
  ike-1 {
    secret = "a key of both ends"
  }
}
CONF
${ENVIRONMENT}
/usr/lib/ipsec/charon >/run/swan/log 2>&1 &
echo $! >/run/swan/pid
for _ in $(seq 100); do [ -S /run/charon.vici ] && break; sleep 0.1; done
swanctl --load-all`,
    );
    return charon;
  }

  swanctl(words: string): Promise<string> {
    return this.#topology.guest(this.#guest, `${ENVIRONMENT}; swanctl ${words}`);
  }

  /** Brings the child up. */
  async initiate(): Promise<void> {
    await this.swanctl('--initiate --child net --timeout 20');
  }

  /** SPI pairs of the IKE SAs that are established, as charon has them. */
  async ikeSas(): Promise<string[]> {
    const text = await this.swanctl('--list-sas');
    return [...text.matchAll(/ESTABLISHED, IKEv\d, ([0-9a-f]{16})_i\*? ([0-9a-f]{16})_r/g)].map(
      ([, initiator, responder]) => `${initiator}:${responder}`,
    );
  }

  log(): Promise<string> {
    return this.#topology.guest(this.#guest, 'tail -60 /run/swan/log');
  }

  async stop(): Promise<void> {
    await this.#topology.guest(
      this.#guest,
      'pid=$(cat /run/swan/pid); kill $pid; for _ in $(seq 100); do kill -0 $pid 2>/dev/null || break; sleep 0.1; done; ip xfrm state flush; ip xfrm policy flush',
    );
  }
}
