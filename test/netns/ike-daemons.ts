/** IKE daemons beside strongSwan in the guests: libreswan's pluto and OpenBSD's iked (netns-scripts/setup/daemons.sh). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Charon, PRE_SHARED_KEY } from './charon.js';
import { eventually } from './command.js';
import type { Guest, Topology } from './topology.js';

/** The settings that both ends of a test share. */
export interface Ends {
  readonly local: string;
  /** Undefined for a gateway that anybody may call. */
  readonly remote?: string;
  readonly localNet: string;
  readonly remoteNet: string;
}

export interface IkeDaemon {
  /** Brings the SAs up, or waits until they are. */
  initiate(): Promise<void>;
  /** Rekeys the IKE SA, then, by the new one, the CHILD_SA. Undefined: nothing can tell it to. */
  readonly rekey: (() => Promise<void>) | undefined;
  log(): Promise<string>;
  stop(): Promise<void>;
}

export type DaemonName = 'strongSwan' | 'libreswan' | 'iked';

/** Starts a daemon in a guest. An iked that has a remote begins by itself, soon. */
export const START: Record<DaemonName, (topology: Topology, guest: Guest, ends: Ends) => Promise<IkeDaemon>> =
  { strongSwan: startCharon, libreswan: startPluto, iked: startIked };

/** A new name each time: a guest remembers files by their names. */
let files = 0;
function write(topology: Topology, text: string): string {
  const file = join(topology.directory, `ike-daemon-${files++}`);
  writeFileSync(file, text);
  return file;
}

const otherEnd = (guest: Guest) => (guest === 'first' ? 'second' : 'first');

// For ESP they agree on AES-CBC with SHA-512: PF_KEY, by which iked sets SAs, has no AEAD on Linux, and cuts SHA-256 to 96
// bits there.

async function startCharon(topology: Topology, guest: Guest, ends: Ends): Promise<IkeDaemon> {
  const charon = await Charon.start(topology, guest, {
    ...ends,
    remote: ends.remote ?? '%any',
    child: 'esp_proposals = aes128-sha512',
  });
  return {
    initiate: () => charon.initiate(),
    rekey: async () => {
      await charon.swanctl('--rekey --ike vpn');
      await charon.swanctl('--rekey --child net');
    },
    log: () => charon.log(),
    stop: () => charon.stop(),
  };
}

async function startPluto(topology: Topology, guest: Guest, ends: Ends): Promise<IkeDaemon> {
  const run = (...words: string[]) => topology.script('pluto.sh', guest, ...words);
  const configuration = `conn vpn
    ikev2=insist
    authby=secret
    left=${ends.local}
    leftid=@${guest}
    leftsubnet=${ends.localNet}
    leftupdown=%disabled
    right=${ends.remote ?? '%any'}
    rightid=@${otherEnd(guest)}
    rightsubnet=${ends.remoteNet}
    ike=aes128-sha2_256-dh31
    esp=aes128-sha2_512
    pfs=no
    auto=add
`;
  const secrets = `%any %any : PSK "${PRE_SHARED_KEY}"\n`;
  await run('start', write(topology, configuration), write(topology, secrets));
  return {
    initiate: async () => void (await run('--initiate', '--name', 'vpn')),
    rekey: async () => {
      await run('--rekey-ike', '--name', 'vpn');
      await run('--rekey-ipsec', '--name', 'vpn');
    },
    log: () => run('log'),
    stop: async () => void (await run('stop')),
  };
}

async function startIked(topology: Topology, guest: Guest, ends: Ends): Promise<IkeDaemon> {
  const run = (...words: string[]) => topology.script('iked.sh', guest, ...words);
  const configuration = `ikev2 "vpn" ${ends.remote ? 'active' : 'passive'} esp \\
  from ${ends.localNet} to ${ends.remoteNet} local ${ends.local} peer ${ends.remote ?? 'any'} \\
  ikesa auth hmac-sha2-256 enc aes-128 prf hmac-sha2-256 group curve25519 \\
  childsa auth hmac-sha2-512 enc aes-128 noesn \\
  srcid ${guest} dstid ${otherEnd(guest)} psk "${PRE_SHARED_KEY}"
`;
  await run('start', write(topology, configuration));
  return {
    initiate: () =>
      eventually(
        'an SA of iked',
        async () => (await run('show', 'sa')).includes('ESTABLISHED'),
        () => run('log'),
        30_000,
      ),
    rekey: undefined,
    log: () => run('log'),
    stop: async () => void (await run('stop')),
  };
}
