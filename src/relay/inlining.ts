/**
 * Lets V8 inline the whole of a packet's way. By its defaults it inlines no function of more than 460 bytes of bytecode, and no
 * more than 920 bytes into one; a lookup alone has more, and a call costs several nanoseconds a packet (bench/LOG.md).
 * To be imported before a worker's loop runs.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--max-inlined-bytecode-size=800');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');
