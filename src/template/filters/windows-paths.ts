/** Drive, or server and share, and the rest: Python's ntpath.splitdrive. */
export function splitDrive(path: string): [string, string] {
  const plain = path.replaceAll('/', '\\');
  const drive = (UNC.exec(plain) ?? /^[\s\S]:/.exec(plain))?.[0] ?? '';
  return [path.slice(0, drive.length), path.slice(drive.length)];
}

/** Folder and name: Python's ntpath.split. */
export function splitWindowsPath(path: string): [string, string] {
  const [drive, rest] = splitDrive(path);
  const root = /^[\\/]/.exec(rest)?.[0] ?? '';
  const relative = rest.slice(root.length);
  const name = /[^\\/]*$/.exec(relative)![0];
  const folder = relative.slice(0, relative.length - name.length).replace(/[\\/]+$/, '');
  return [drive + root + folder, name];
}

/** `\\server\share`, also as `\\?\UNC\server\share`; one that is cut short is all drive. */
const UNC = /^\\\\(?:\?\\UNC\\)?[^\\]*(?:\\[^\\]*)?/i;
