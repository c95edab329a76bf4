/** Writes C headers for the programs in the kernel (native/bpf/), so that they find everything where TypeScript puts it. */

export const SIZES = { __u8: 1, __u32: 4, __u64: 8 } as const;

/** Count 0: as many as there is memory for; the last member only. */
export type Member = readonly [type: keyof typeof SIZES, name: string, count: number];

type Offsets<M extends readonly Member[]> = Readonly<Record<M[number][1], number>>;

/** Byte offset of each member, as a C compiler places it. */
export function offsets<M extends readonly Member[]>(members: M): Offsets<M> {
  let at = 0;
  return Object.fromEntries(
    members.map(([type, name, count]) => {
      const start = Math.ceil(at / SIZES[type]) * SIZES[type];
      at = start + SIZES[type] * count;
      return [name, start];
    }),
  ) as Offsets<M>;
}

export function header(constants: Readonly<Record<string, number>>, structs: readonly string[]): string {
  const lines = Object.entries(constants).map(([name, value]) => `#define ${name} ${value >>> 0}u`);
  return `/* Generated from the layout.ts files of src/relay/ by make build. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <linux/types.h>

${lines.join('\n')}

${structs.join('\n\n')}

#endif
`;
}

export function struct(
  tag: string,
  members: readonly Member[],
  at: Readonly<Record<string, number>>,
): string {
  const lines = members.map(
    ([type, name, count]) => `    ${type} ${name}${count === 1 ? '' : `[${count || ''}]`};`,
  );
  const checks = members.map(
    ([, name]) =>
      `_Static_assert(__builtin_offsetof(struct ${tag}, ${name}) == ${at[name]}, "${tag}.${name}");`,
  );
  return `struct ${tag} {\n${lines.join('\n')}\n};\n${checks.join('\n')}`;
}
