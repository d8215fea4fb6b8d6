// What system an executable file is for, by its first bytes. Shared with
// scripts/package.mjs, so nothing of `vscode` here.

/** Enough of a file for `platformOf`. */
export const headLength = 1024;

const elf: Record<number, string> = { 0x3e: 'x64', 0xb7: 'arm64', 0x28: 'arm', 0x03: 'ia32' };
const machO: Record<number, string> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const pe: Record<number, string> = { 0x8664: 'x64', 0xaa64: 'arm64', 0x014c: 'ia32' };

/** `linux-x64`, as Node names platform and architecture; nothing for a script. */
export function platformOf(head: Buffer): string | undefined {
  if (head.length < 64) return undefined;
  if (head.readUInt32BE(0) === 0x7f454c46) {
    return `linux-${elf[head.readUInt16LE(18)] ?? 'unknown'}`;
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${machO[head.readUInt32LE(4)] ?? 'unknown'}`;
  }
  if (head.readUInt16BE(0) === 0x4d5a) {
    const header = head.readUInt32LE(0x3c);
    return header + 6 <= head.length ? `win32-${pe[head.readUInt16LE(header + 4)] ?? 'unknown'}` : undefined;
  }
  return undefined;
}
