/** One worker's life: receive, process, send, account; block only when nothing waits. */
import type { Attachment } from '../attachment/attachment.js';
import type { PacketBatch } from '../attachment/batch.js';
import type { SadLookup } from '../table/reader.js';
import type { Pipeline } from './pipeline.js';
import { LAST_SENT_VERDICT, SEND_FAILED } from './verdict.js';

export interface LoopOptions {
  readonly attachment: Attachment;
  readonly pipeline: Pipeline;
  readonly lookup: SadLookup;
  readonly batch: PacketBatch;
  /** One word; non-zero asks the loop to end. After setting it, wake the attachment. */
  readonly stop: Int32Array;
}

/** How often timeouts are looked at: in batches when packets come, in milliseconds when none do but fragments wait. */
const EXPIRE_BATCHES = 1024;
const EXPIRE_MS = 250;

/** Runs until asked to stop (true), or until the attachment is gone (false). */
export function relayLoop({ attachment, pipeline, lookup, batch, stop }: LoopOptions): boolean {
  for (let batches = 0; ; batches++) {
    if (attachment.receive(batch) > 0) {
      const nowMs = Date.now();
      pipeline.process(batch, nowMs);
      attachment.send(batch, LAST_SENT_VERDICT, SEND_FAILED);
      pipeline.account(batch, nowMs);
      if (batches % EXPIRE_BATCHES === 0) pipeline.expire();
    } else {
      // An idle worker holds no record, so that the control thread can reuse them.
      lookup.leave();
      const waitMs = pipeline.expire() ? EXPIRE_MS : -1;
      if (Atomics.load(stop, 0) === 0 && !attachment.wait(waitMs)) return false;
    }
    if (Atomics.load(stop, 0) !== 0) {
      lookup.leave();
      return true;
    }
  }
}
