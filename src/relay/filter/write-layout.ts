/** Prints the C header for native/bpf/: `make build` keeps it as native/build/bpf/layout.h. */
import { layoutHeader } from './layout.js';

process.stdout.write(layoutHeader());
