/** Thread entry: the endpoint's worker. */
import { parentPort, workerData } from 'node:worker_threads';
import { Endpoint, EndpointError, type EndpointInput } from '../endpoint/endpoint.js';
import { SequenceFileError } from '../endpoint/sequence-file.js';
import { native } from '../native/index.js';

/** A message from the worker to the control thread. */
export type EndpointMessage =
  /** It cannot begin, and why. */
  | { readonly refused: string }
  /** It works; the descriptors are those of `Endpoint.inboundFiles`. */
  | { readonly working: readonly number[] }
  /** Its device is gone. */
  | { readonly gone: true };

const tell = (message: EndpointMessage) => parentPort!.postMessage(message);

native.nameThread('endpoint');
const endpoint = begin();
if (endpoint !== undefined) {
  tell({ working: endpoint.inboundFiles });
  const asked = endpoint.run();
  endpoint.close();
  if (!asked) tell({ gone: true });
}

function begin(): Endpoint | undefined {
  try {
    return new Endpoint(workerData as EndpointInput);
  } catch (error) {
    if (!(error instanceof EndpointError || error instanceof SequenceFileError)) throw error;
    tell({ refused: error.message });
    return undefined;
  }
}
