// Programs that a test file starts end with it, whatever happens to the file.

/** @param {import('node:child_process').ChildProcess} child */
export function leaveNoOrphan(child) {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}
