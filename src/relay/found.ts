/** The SAs of packets that pipeline.ts and straight.ts leave to changing.ts and the general way with the verdict `KNOWN`, by their places in the batch. */
import { MAX_BATCH } from '../attachment/batch.js';

export class Found {
  /** `carrierOf` each packet: it is whole and sound, without options and extension headers. */
  readonly carriers = new Int32Array(MAX_BATCH);
  /** The SA's record; or {@link NOT_FOUND} or {@link WRONG_PEER} of src/table/reader.ts. */
  readonly records = new Int32Array(MAX_BATCH);
}
