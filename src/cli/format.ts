/** Values as a person reads them. Pure. */

const IEC_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes with an IEC unit and three significant digits: `512 B`, `1.21 KiB`, `12.4 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000, four digits: the next unit takes over there.
  while (value >= 999.5 && unit < IEC_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${IEC_UNITS[unit]}`;
}

/** As {@link formatBytes} in six columns at most, for tables: `512B`, `1.21K`, `12.4M`. */
export function formatBytesShort(bytes: number): string {
  const text = formatBytes(bytes).replace(' ', '');
  return text.endsWith('iB') ? text.slice(0, -2) : text;
}

/** A whole number with thousands separated: `1,234,567`. */
export function formatCount(count: number): string {
  // toLocaleString would load ICU, a tenth of a status command's whole time.
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 SA`, `2 SAs`. */
export function formatSas(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'SA' : 'SAs'}`;
}

/** Milliseconds in the two largest units that matter: `3 s`, `4 min 10 s`, `2 h 13 min`, `5 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

/** Milliseconds in the largest unit, for tables: `3s`, `4m`, `2h`, `5d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Time of day of a Unix time in milliseconds, in the local zone: `14:03:22.123`. */
export function formatTimeOfDay(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

/** Text from outside, so that it can do nothing to a terminal and takes no more than its place. */
export function printable(text: string, longest = 200): string {
  const harmless = text.replace(/\p{C}/gu, '?');
  return harmless.length > longest ? `${harmless.slice(0, longest - 3)}...` : harmless;
}
