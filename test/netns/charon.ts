/** Unmodified strongSwan in a guest or a site of one: charon, driven with swanctl (netns-scripts/topology/charon.sh). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer, Topology } from './topology.js';

export interface CharonOptions {
  /** Of the key exchange. */
  readonly local: string;
  /** `%any` for a gateway that anybody may call. */
  readonly remote: string;
  readonly localNet: string;
  readonly remoteNet: string;
  readonly version?: 1 | 2;
  /** Seconds between dead peer detections; none by default. */
  readonly dpdSeconds?: number;
  /** Lines of the sections local and remote, and the secrets; by default a pre-shared key of both ends. */
  readonly authentication?: Authentication;
  /** A directory with x509, x509ca and private. */
  readonly credentials?: string;
  /** Further lines of the connection, of its child, and of the section charon in strongswan.conf. */
  readonly connection?: string;
  readonly child?: string;
  readonly daemon?: string;
  /** Further connections. */
  readonly more?: string;
}

export interface Authentication {
  readonly local: string;
  readonly remote: string;
  readonly secrets?: string;
}

let configurations = 0;

export class Charon {
  readonly #topology: Topology;
  readonly #peer: Peer;

  private constructor(topology: Topology, peer: Peer) {
    this.#topology = topology;
    this.#peer = peer;
  }

  /** Starts charon with one connection `vpn`, whose child is `net`. */
  static async start(topology: Topology, peer: Peer, options: CharonOptions): Promise<Charon> {
    // A new name each time: a guest remembers files by their names.
    const file = join(topology.directory, `swanctl-${configurations++}.conf`);
    writeFileSync(file, configuration(peer, options));
    const charon = new Charon(topology, peer);
    await charon.#run(
      'start',
      file,
      options.daemon ?? '',
      ...(options.credentials ? [options.credentials] : []),
    );
    return charon;
  }

  swanctl(words: string): Promise<string> {
    return this.#run(...words.split(' '));
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
    return this.#run('log');
  }

  async stop(): Promise<void> {
    await this.#run('stop');
  }

  #run(...words: string[]): Promise<string> {
    return this.#topology.script('charon.sh', this.#peer, ...words);
  }
}

/** Of both ends, with any peer. */
export const PRE_SHARED_KEY = 'a key of both ends';

function configuration(
  peer: Peer,
  {
    local,
    remote,
    localNet,
    remoteNet,
    version = 2,
    dpdSeconds = 0,
    connection = '',
    child = '',
    more = '',
    authentication = {
      local: 'auth = psk',
      remote: 'auth = psk',
      secrets: `ike-1 {
    secret = "${PRE_SHARED_KEY}"
  }`,
    },
  }: CharonOptions,
): string {
  return `connections {
  vpn {
    version = ${version}
    local_addrs = ${local}
    remote_addrs = ${remote}
    proposals = aes128-sha256-x25519
    dpd_delay = ${dpdSeconds}
    ${connection}
    local {
      id = ${peer.replace('/', '-')}
      ${authentication.local}
    }
    remote {
      ${authentication.remote}
    }
    children {
      net {
        local_ts = ${localNet}
        remote_ts = ${remoteNet}
        esp_proposals = aes128gcm16
        ${child}
      }
    }
  }
  ${more}
}
secrets {
  ${authentication.secrets ?? ''}
}
`;
}
