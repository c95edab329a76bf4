/** A process of its own that serves a FakeHandler: `serve.js SOCKET [SAS]`. Prints `ready`, stops when told to. */
import { ControlServer } from '../../src/control/server.js';
import { native } from '../../src/native/index.js';
import { FakeHandler } from './fake-handler.js';

const [socketPath, count = '0'] = process.argv.slice(2);
const handler = new FakeHandler();
const addresses = { dst: '198.18.9.9', to: '198.18.2.2' };
const requests = Array.from({ length: Number(count) }, (_, i) => ({
  ...addresses,
  spi: 256 + i,
  name: `host${i >> 1}-${i & 1 ? 'down' : 'up'}`,
}));
await handler.addSas(requests);
const silent = () => {};
const log = { info: silent, warn: silent, error: silent };
const server = await ControlServer.listen({ socketPath: socketPath!, handler, native, log });
handler.onStop = () => void server.close();
process.stdout.write('ready\n');
