/** Opens a TUN device, or says in one sentence why it cannot be. */
import { TunDevice } from '../attachment/tun/device.js';
import { tunOpenRefusal } from '../host/host.js';

/** @param queues one for each worker @throws HostRefusal */
export function openTunDevice(name: string, queues: number): TunDevice {
  try {
    return TunDevice.open(name, queues);
  } catch (error) {
    throw tunOpenRefusal(error, name);
  }
}
