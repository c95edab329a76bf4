/** Values that several sections of the configuration have. */
import { z } from 'zod';

/** A whole number from `lowest` to `highest`. */
export const integer = (lowest: number, highest: number) =>
  z.int().refine((value) => value >= lowest && value <= highest, {
    error: ({ input }) => `${input} is out of range; use ${lowest}-${highest}`,
  });
