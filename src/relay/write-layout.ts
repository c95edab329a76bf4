/** Prints the C header for native/bpf/: `make build` keeps it as native/build/bpf/layout.h. */
import { header } from './c-header.js';
import { FAST_PATH_CONSTANTS, FAST_PATH_STRUCTS } from './fast-path/layout.js';
import { FILTER_CONSTANTS, FILTER_STRUCTS } from './filter/layout.js';

process.stdout.write(
  header({ ...FILTER_CONSTANTS, ...FAST_PATH_CONSTANTS }, [...FILTER_STRUCTS, ...FAST_PATH_STRUCTS]),
);
